/*
 * Death at any point: one sender with SENDS sends under way at once on one channel, the first of which may be a
 * poll; a stage that receives, of INCARNATIONS processes one after the other, each with RECEIVES receives at once.
 * Values stay in hand for as long as the code likes, or are given back or refused (one in all). Each send may be
 * withdrawn at any moment, tentatively, for good, or both. Every process may die at any point, the sender with
 * SENDER_DIES, the last receiver too: then the channel has none. What a process wrote before its death is heard.
 *
 *   R2  a value is said to be taken once; without a death, code is given it once
 *   R3  the first deliveries are in the order of the sends
 *   R4  outcomes are true: `withdrawn` and `failed` never of a value that was taken, with 0 attempts never of one
 *       that code had; each withdrawal and each poll is answered
 *   R5  a channel keeps no more values than its capacity
 *   R7  what comes back goes to its old place, with its attempts; as many as allowed, then it is `lost`
 *   R8  what code had outlives its sender, until it is taken or the channel discards it
 */
#ifndef SENDS
#define SENDS 2
#endif
#ifndef INCARNATIONS
#define INCARNATIONS 2
#endif
#ifndef RECEIVES
#define RECEIVES 2
#endif
#define N (SENDS + INCARNATIONS * RECEIVES)
#define PARTIES (1 + INCARNATIONS)
#define owner(x) ((x) < SENDS -> 0 : 1 + ((x) - SENDS) / RECEIVES)
#ifndef CAPACITY
#define CAPACITY 0
#endif
#ifndef MAX_ATTEMPTS
#define MAX_ATTEMPTS 2
#endif
#define OWED 8

bool isDiscarded[N], isBack[N];
#define discarded(x) isDiscarded[x] = true
#define valueOffered(x) skip
#define valueTaken(x) skip
#define valueDropped(x) skip
#define valueBack(x) isBack[x] = true
#define valueDelivered(x, r) \
  i = 0; do :: i < x -> assert(state[i] != waiting && state[i] != stored); i++ :: else -> break od   /* R3, R7 */
#define isReplaced(p) ((p) > 0 && (p) < PARTIES - 1)
#define replace(p) ends[(p) + 1] = ends[p]; ends[p] = 0
#define mayOutlive (fate[0] != ALIVE)
#include "arbiter.pml"

#define WILLING 1
#define ASKED 2
byte waits[N];
byte given[N];        /* how many processes gave it to their code, and neither gave it back nor took it */
byte saidTaken[N];
#ifdef RETURNED
bool isSpent;
#else
bool isSpent = true;
#endif

proctype Sender() {
  byte op, heard, attempts_, fickle;   /* fickle: the send that may be withdrawn */
  mtype what;
  bool isMortal;
  byte askedFor[SENDS];   /* bit 1 tentatively, bit 2 for good */
  do
  :: op < SENDS && fate[0] == ALIVE ->
     atomic {
       guards[op] = 1;
       waits[op] = WILLING;
#ifdef POLLS
       if :: op == 0 -> poll[op] = true; waits[op] = ASKED; askedFor[op] = 3 :: true fi;
#endif
       from[0]!Offer,op; op++
     }
  :: else -> break
  od;
  op = 0;
  if :: fickle = 0 :: fickle = SENDS - 1 fi;
#ifdef SENDER_DIES
  if :: isMortal = true :: true fi;
#endif
end:
  do
#ifdef WITHDRAWN
  :: atomic { waits[fickle] != 0 && askedFor[fickle] == 0 ->
       askedFor[fickle] = 1; waits[fickle] = ASKED; from[0]!WithdrawTentatively,fickle }
  :: atomic { waits[fickle] != 0 && askedFor[fickle] < 2 ->
       askedFor[fickle] = 2; waits[fickle] = ASKED; from[0]!Withdraw,fickle }
#endif
  :: atomic { to[0]?what,heard,_,attempts_,_ ->
       assert(waits[heard] != 0);
       if
       :: what == Late ->
          assert(askedFor[heard] != 0);
          if :: askedFor[heard] == 1 -> waits[heard] = WILLING :: else fi
       :: what == Completed -> assert(CAPACITY > 0 || saidTaken[heard] == 1)
       :: what == Withdrawn -> assert(askedFor[heard] != 0)
       :: what == FailedLost -> assert(attempts_ == MAX_ATTEMPTS)
       :: what == FailedRefused -> assert(isSpent)
       :: what == FailedBroken || what == FailedEnded ->
          assert(fate[PARTIES - 1] == (what == FailedBroken -> FAILED : ENDED_WELL))
       fi;
       if
       :: what != Late && what != Completed ->
          assert(saidTaken[heard] == 0 && given[heard] <= attempts_)          /* R4 */
       :: else
       fi;
       if :: what != Late -> waits[heard] = 0; askedFor[heard] = 0 :: else fi;
       what = 0; heard = 0; attempts_ = 0
     }
#ifdef SENDER_DIES
  :: atomic { isMortal; if :: fate[0] = ENDED_WELL :: fate[0] = FAILED fi;
       waits[0] = 0; waits[1] = 0; askedFor[0] = 0; askedFor[1] = 0; break }
#endif
  od
}

proctype Receiver(byte p) {
  byte op = SENDS + (p - 1) * RECEIVES, last = SENDS + p * RECEIVES, heard, v, attempt;
  byte inHand_[RECEIVES];   /* whose value, plus 1 */
  byte slot;
  bool isMortal;
end:
  atomic { ends[p] != 0; if :: isMortal = true :: true fi };
endWorking:
  do
  :: atomic { op < last -> guards[op] = 2; from[p]!Offer,op; op++ }
  :: atomic { to[p]?Deliver,heard,_,attempt,v ->
       slot = heard - (last - RECEIVES);
       if
       :: !isSpent -> isSpent = true; from[p]!Returned,heard
       :: !isSpent -> isSpent = true; from[p]!Refused,heard
       :: true ->
          assert(saidTaken[v] == 0);                                          /* R2 */
          assert(given[v] <= attempt - 1 && attempt <= MAX_ATTEMPTS);         /* R7 */
          given[v]++; inHand_[slot] = v + 1
       fi;
       heard = 0; v = 0; attempt = 0; slot = 0
     }
  :: atomic { inHand_[0] != 0 ->
       v = inHand_[0] - 1; saidTaken[v]++; assert(saidTaken[v] == 1);         /* R2 */
       from[p]!Taken,last - RECEIVES; inHand_[0] = 0; v = 0 }
  :: atomic { inHand_[0] != 0 && !isSpent ->
       isSpent = true; given[inHand_[0] - 1]--;
       from[p]!Returned,last - RECEIVES; inHand_[0] = 0 }
#if RECEIVES > 1
  :: atomic { inHand_[1] != 0 ->
       v = inHand_[1] - 1; saidTaken[v]++; assert(saidTaken[v] == 1);
       from[p]!Taken,last - RECEIVES + 1; inHand_[1] = 0; v = 0 }
#endif
#ifdef WITHDRAWN
  /* A receive is withdrawn: its crossing `deliver` is the answer. */
  :: atomic { op == last && waits[last - 1] == 0 -> waits[last - 1] = ASKED;
       if :: from[p]!Withdraw,last - 1 :: from[p]!WithdrawTentatively,last - 1 fi }
#endif
  :: atomic { to[p]?Withdrawn,heard,_,attempt,_ -> assert(heard == last - 1 && attempt == 0); heard = 0 }
  :: atomic { if :: to[p]?FailedEnded,heard,_,_,_ :: to[p]?FailedBroken,heard,_,_,_ fi; heard = 0 }
  :: atomic { isMortal; if :: fate[p] = ENDED_WELL :: fate[p] = FAILED fi; inHand_[0] = 0;
#if RECEIVES > 1
       inHand_[1] = 0;
#endif
       op = 0; last = 0; break }
  od
}

init {
  byte p;
  d_step { table(); senders[0] = 1; senders[1] = 1; receivers[0] = 1; receivers[1] = 1; ends[0] = 1; ends[1] = 2 };
  atomic {
    run Sender();
    p = 1;
    do :: p < PARTIES -> run Receiver(p); p++ :: else -> break od;
    p = 0;
    run Supervisor()
  };
end:
  timeout;
  do
  :: p < SENDS ->
     assert(fate[0] != ALIVE || waits[p] != ASKED);                           /* R4 */
     assert(fate[0] == ALIVE || given[p] == 0 || saidTaken[p] == 1 || isDiscarded[p] || isBack[p] ||
            state[p] == stored);                                              /* R8 */
     p++
  :: else -> break
  od
}
