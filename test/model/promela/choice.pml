/*
 * Choice without crashes: PARTIES parties, each with OPERATIONS operations one after the other, on two channels.
 * Each operation has any of the sets of guards, waits or is a poll, and may be withdrawn at any moment,
 * tentatively, for good, or first the one and then the other. A value may stay in hand (extended) while its
 * party goes on with its next operation; one value may be returned, one may be refused.
 *
 *   R1  a send is completed when its value was taken, never before
 *   R2  a value is given to the code of one receiver, once
 *   R4  each operation has one ending, and it is true; each withdrawal and each poll is answered
 *   R6  one guard has an effect, the others have none; no operation meets itself
 */
#define N (PARTIES * OPERATIONS)
#define owner(x) ((x) / OPERATIONS)
#define MAX_ATTEMPTS 3
#ifndef CAPACITY
#define CAPACITY 0
#endif
#ifndef OWED
#define OWED 4
#endif
#include "arbiter.pml"

#define WILLING 1
#define ASKED 2
byte waits[N];        /* its party may wait for ever; it waits for an answer */
byte given[N];        /* how often code was given the value */
byte saidTaken[N];
bool isOver[N];
bool isSpent;         /* the one value that is returned or refused has been */

#ifdef EXTENDED
#define mayKeep true
#else
#define mayKeep false
#endif

proctype Party(byte p) {
  byte op = p * OPERATIONS, mask, heard, guard, v, inHandOf = NONE, valueInHand;
  mtype what;
  bool isPatient, hasAsked, hasRecalled;
end:
  do
  :: op < (p + 1) * OPERATIONS && mask == 0 ->
     atomic {
       if
       :: mask = 1 :: mask = 2 :: mask = 3 :: mask = 6 :: mask = 9
#ifdef ALL_GUARDS
       :: mask = 4 :: mask = 8 :: mask = 5 :: mask = 7 :: mask = 10
       :: mask = 11 :: mask = 12 :: mask = 13 :: mask = 14 :: mask = 15
#endif
       fi;
       if
       :: isPatient = false; waits[op] = ASKED
       :: isPatient = true; waits[op] = WILLING
       fi;
       guards[op] = mask; poll[op] = !isPatient;
       from[p]!Offer,op
     }
  :: atomic { mask != 0 && isPatient && !hasAsked && !hasRecalled ->
       hasAsked = true; waits[op] = ASKED; from[p]!WithdrawTentatively,op }
  :: atomic { mask != 0 && isPatient && !hasRecalled ->
       hasRecalled = true; waits[op] = ASKED; from[p]!Withdraw,op }
  :: atomic { inHandOf != NONE ->
       saidTaken[valueInHand]++; from[p]!Taken,inHandOf; inHandOf = NONE; valueInHand = 0 }
  :: atomic { to[p]?what,heard,guard,_,v ->
       assert(heard == op && mask != 0);
       if
       :: what == Late ->
          assert(!isPatient || hasAsked || hasRecalled);
          if :: isPatient && !hasRecalled -> waits[op] = WILLING :: else fi
       :: what == Deliver ->
          assert(!isSend(guard) && (mask & guard) && v != op);
          assert(given[op] == 0); isOver[op] = true;                     /* R6 */
          if
          :: !isSpent -> isSpent = true; from[p]!Returned,op
          :: !isSpent -> isSpent = true; from[p]!Refused,op
          :: true ->
             assert(given[v] == 0 && !isOver[v]); given[v]++;            /* R2, R4 */
             if
             :: mayKeep && inHandOf == NONE -> inHandOf = op; valueInHand = v
             :: true -> saidTaken[v]++; from[p]!Taken,op
             fi
          fi
       :: what == Completed ->
          assert(isSend(guard) && (mask & guard));
          assert(CAPACITY > 0 || saidTaken[op] == 1)                     /* R1 */
       :: what == Withdrawn ->
          assert(!isPatient || hasAsked || hasRecalled);
          assert(given[op] == 0); isOver[op] = true                      /* R4 */
       :: what == FailedRefused -> assert(given[op] == 0 && isSpent)
       fi;
       if
       :: what != Late ->
          waits[op] = 0; op++; mask = 0; isPatient = false; hasAsked = false; hasRecalled = false
       :: else
       fi;
       what = 0; heard = 0; guard = 0; v = 0
     }
  od
}

init {
  byte p;
  d_step {
    table();
    senders[0] = PARTIES; senders[1] = PARTIES; receivers[0] = PARTIES; receivers[1] = PARTIES
  };
  atomic {
    do :: p < PARTIES -> ends[p] = 15; run Party(p); p++ :: else -> break od;
    p = 0;
    run Supervisor()
  };
end:
  timeout;
  do
  :: p < N -> assert(waits[p] != ASKED); p++
  :: else -> break
  od
}
