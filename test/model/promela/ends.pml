/*
 * The end of a channel: SENDERS processes with SENDS sends each, of which one is offered at a time (a window of 1),
 * and RECEIVERS processes, which receive until they see the end. Every process may close its end at any moment,
 * behind all that was begun on it, and may die at any moment, well or not. A value stays in hand for as long as
 * the code likes. There are no end labels but the supervisor's: nobody may wait for ever.
 *
 *   R4  outcomes are true
 *   R9  a receiver sees the end when no sender and no value is left, not even one that may come back; `broken` when
 *       a sender has failed, else `ended`; a sender fails when no receiver is left, in the same two ways; when all
 *       are gone, the channel is over: nothing is counted, nothing waits
 */
#ifndef SENDERS
#define SENDERS 2
#endif
#ifndef SENDS
#define SENDS 1
#endif
#ifndef RECEIVERS
#define RECEIVERS 2
#endif
#define PARTIES (SENDERS + RECEIVERS)
#define LAST_SEND (SENDERS * SENDS)
#define N (LAST_SEND + RECEIVERS)
#define owner(x) ((x) < LAST_SEND -> (x) / SENDS : (x) - LAST_SEND + SENDERS)
#ifndef CAPACITY
#define CAPACITY 0
#endif
#define MAX_ATTEMPTS 2
#define OWED 4
#define USED_AGAIN
#define mayOutlive true
#include "arbiter.pml"

byte saidTaken[LAST_SEND];
/* How each end was given up, so far as any process could know: written before the message or the death. */
bool isSenderFailed, isReceiverFailed;
byte openSenders = SENDERS, openReceivers = RECEIVERS;

proctype Sender(byte p) {
  byte next = p * SENDS, heard, attempt;
  bool isMortal, isClosed, isOut, hasSaidClose;
  mtype what;
  if :: isMortal = true :: true fi;
  do
  :: atomic { next < (p + 1) * SENDS && !isOut -> guards[next] = 1; isOut = true; from[p]!Offer,next }
  :: !isClosed -> isClosed = true
#ifdef BAD_CLOSE_OVERTAKES
  :: atomic { isClosed && !hasSaidClose ->
#else
  :: atomic { isClosed && !hasSaidClose && next + isOut == (p + 1) * SENDS ->
#endif
       hasSaidClose = true; openSenders--; from[p]!Close,1 }
  :: atomic { to[p]?what,heard,_,attempt,_ ->
       assert(heard == next && isOut);
       if
       :: what == Completed -> assert(CAPACITY > 0 || saidTaken[heard] == 1)
       :: what == FailedLost -> assert(attempt == MAX_ATTEMPTS && saidTaken[heard] == 0)
       :: what == FailedEnded -> assert(openReceivers == 0 && !isReceiverFailed && saidTaken[heard] == 0)
       :: what == FailedBroken -> assert(openReceivers == 0 && isReceiverFailed && saidTaken[heard] == 0)
       fi;
       isOut = false; next++; what = 0; heard = 0; attempt = 0
     }
  :: atomic { hasSaidClose && !isOut && next == (p + 1) * SENDS -> fate[p] = ENDED_WELL; break }
  :: atomic { isMortal ->
       if
       :: fate[p] = ENDED_WELL
       :: fate[p] = FAILED; if :: !hasSaidClose -> isSenderFailed = true :: else fi
       fi;
       if :: !hasSaidClose -> openSenders-- :: else fi;
       break
     }
  od
}

#define IDLE 0
#define OFFERED 1
#define IN_HAND 2

proctype Receiver(byte p) {
  byte op = LAST_SEND + p - SENDERS, is, v;
  bool isMortal, isClosed;
  mtype what;
  if :: isMortal = true :: true fi;
  do
  :: atomic { is == IDLE && !isClosed -> guards[op] = 2; is = OFFERED; from[p]!Offer,op }
  :: atomic { is != IDLE && !isClosed -> isClosed = true; if :: is == OFFERED -> from[p]!Withdraw,op :: else fi }
  :: atomic { to[p]?what,_,_,_,v ->
       assert(is == OFFERED);
       if
       :: what == Deliver -> assert(saidTaken[v] == 0); is = IN_HAND
       :: what == Deliver && isClosed -> is = IDLE; v = 0; from[p]!Returned,op
       :: what == Withdrawn -> assert(isClosed); is = IDLE; v = 0
       :: what == FailedEnded || what == FailedBroken ->
          assert(openSenders == 0 && isSenderFailed == (what == FailedBroken));         /* R9 */
          assert(inHand[0] == 0);
          v = 0; do :: v < LAST_SEND -> assert(state[v] == unknown || state[v] == ended); v++ :: else -> break od;
          v = 0; is = IDLE; isClosed = true
       fi;
       what = 0
     }
  :: atomic { is == IN_HAND -> saidTaken[v]++; assert(saidTaken[v] == 1); is = IDLE; v = 0; from[p]!Taken,op }
  :: atomic { is == IDLE && isClosed -> from[p]!Close,2; openReceivers--; fate[p] = ENDED_WELL; break }
  :: atomic { isMortal ->
       if :: fate[p] = ENDED_WELL :: fate[p] = FAILED; isReceiverFailed = true fi;
       openReceivers--; is = 0; v = 0; break }
  od
}

init {
  byte p;
  d_step { table(); senders[0] = SENDERS; receivers[0] = RECEIVERS; senders[1] = 1; receivers[1] = 1 };
  atomic {
    do
    :: p < SENDERS -> ends[p] = 1; run Sender(p); p++
    :: p >= SENDERS && p < PARTIES -> ends[p] = 2; run Receiver(p); p++
    :: p == PARTIES -> break
    od;
    p = 0;
    run Supervisor()
  };
  do
  :: p < PARTIES -> left[p]; p++
  :: else -> break
  od;
  p = 0;
  d_step {
    assert(senders[0] == 0 && receivers[0] == 0 && inHand[0] == 0 && lentOut[0] == 0);
    do :: p < N -> assert(state[p] == unknown || state[p] == ended); p++ :: else -> break od
  }
}
