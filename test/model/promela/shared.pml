/*
 * Offers that are made elsewhere, too: one sender with two sends under way at once, and RECEIVERS receivers with one
 * receive each, on one channel. Every operation may be shared: then its owner is asked before anything becomes of it,
 * and says that it is free, or withdraws it, or does so later. With POLLS the first send may be a poll; every other
 * operation may be withdrawn at any moment, tentatively or for good. A value stays in hand for as long as the
 * code likes, one may be given back or refused. With PLAIN_SENDS only receives are shared. Every process may die at
 * any point, the sender with SENDER_DIES.
 *
 * Questions and answers travel here on links, as between processes, and may cross; inside a process they do not.
 *
 *   R2  a value is said to be taken once
 *   R3  the first deliveries of sends that are not shared are in the order of the sends
 *   R4  outcomes are true; each withdrawal is answered; who is free is given an ending, or released
 *   R6  nothing becomes of a shared operation before its owner has said that it is free
 *   R8  what code had outlives its sender, also while it is kept for a receive whose owner was asked
 */
#ifndef RECEIVERS
#define RECEIVERS 2
#endif
#define SENDS 2
#define N (SENDS + RECEIVERS)
#define PARTIES (1 + RECEIVERS)
#define owner(x) ((x) < SENDS -> 0 : (x) - SENDS + 1)
#ifndef CAPACITY
#define CAPACITY 0
#endif
#define MAX_ATTEMPTS 2
#define OWED 6
#define SHARED
#define mayOutlive (fate[0] != ALIVE)

bool isShared[N];
bool isDiscarded[N], isBack[N];
#define discarded(x) isDiscarded[x] = true
#define valueOffered(x) skip
#define valueTaken(x) skip
#define valueDropped(x) skip
#define valueBack(x) isBack[x] = true
bool wasDelivered[N];
#define valueDelivered(x, r) \
  wasDelivered[x] = true; \
  assert(x != 1 || isShared[0] || isShared[1] || wasDelivered[0] || \
         (state[0] != waiting && state[0] != engaged && state[0] != stored && state[0] != reserved))    /* R3 */
#include "arbiter.pml"

bool isFree[N];       /* its owner has said so, and was not released */
bool wantsBack[N];    /* withdrawn, and not yet answered */
byte given[N];        /* how many processes gave it to their code, and neither gave it back nor took it */
byte saidTaken[N];
bool isSpent;

#ifdef PLAIN_SENDS
#define mayShare(x) ((x) >= SENDS)
#else
#define mayShare(x) true
#endif
inline offer(p, x, guard) {
  guards[x] = guard;
  if
  :: from[p]!Offer,x
  :: mayShare(x) -> isShared[x] = true; from[p]!OfferShared,x
  fi
}

/* What both sides do with their own operations. */
#define OWNER(p, x) \
  :: atomic { to[p]?Ask,eval(x),_,_,_ -> assert(isShared[x] && !isFree[x]); \
       if :: !wantsBack[x] -> isAsked[x] = true :: else fi } \
  :: atomic { isAsked[x] -> isAsked[x] = false; isFree[x] = true; from[p]!Free,x } \
  :: atomic { to[p]?Released,eval(x),_,_,_ -> assert(isFree[x]); isFree[x] = false } \
  :: atomic { mayRecall(x) && isOut[x] && !wantsBack[x] && !isPoll[x] && tried[x] < 2 -> \
       tried[x] = 2; wantsBack[x] = true; isAsked[x] = false; from[p]!Withdraw,x } \
  :: atomic { mayRecall(x) && isOut[x] && !wantsBack[x] && !isPoll[x] && tried[x] == 0 -> \
       tried[x] = 1; wantsBack[x] = true; isAsked[x] = false; from[p]!WithdrawTentatively,x }

#ifdef ALL_RECALLED
#define mayRecall(x) true
#else
#define mayRecall(x) (isShared[x])
#endif
bool isAsked[N], isOut[N];
byte tried[N];
bool isPoll[N];

proctype Sender() {
  byte x, attempt;
  mtype what;
  bool isMortal;
  atomic {
#ifdef POLLS
    if :: poll[0] = true; isPoll[0] = true :: true fi;
#endif
    isOut[0] = true; offer(0, 0, 1)
  };
  atomic { isOut[1] = true; offer(0, 1, 1) };
#ifdef SENDER_DIES
  if :: isMortal = true :: true fi;
#endif
end:
  do
  OWNER(0, 0)
  OWNER(0, 1)
  :: atomic { to[0]?Late,x,_,_,_ -> assert(wantsBack[x] || isPoll[x]); wantsBack[x] = false; x = 0 }
  :: atomic { if :: to[0]?Completed,x,_,_,_ -> what = Completed
                 :: to[0]?Withdrawn,x,_,attempt,_ -> what = Withdrawn
                 :: to[0]?FailedBroken,x,_,attempt,_ -> what = FailedBroken
                 :: to[0]?FailedEnded,x,_,attempt,_ -> what = FailedEnded
                 :: to[0]?FailedLost,x,_,attempt,_ -> what = FailedLost
                 :: to[0]?FailedRefused,x,_,attempt,_ -> what = FailedRefused
              fi;
       assert(isOut[x] && (!isShared[x] || isFree[x] || what == Withdrawn));               /* R6 */
       assert(what != Withdrawn || wantsBack[x] || isPoll[x] || tried[x] == 2);
       assert(what != Completed || CAPACITY > 0 || saidTaken[x] == 1);
       assert(what == Completed || (saidTaken[x] == 0 && given[x] <= attempt));             /* R4 */
       isOut[x] = false; wantsBack[x] = false; isAsked[x] = false; isFree[x] = false;
       x = 0; what = 0; attempt = 0 }
  :: atomic { isMortal -> if :: fate[0] = ENDED_WELL :: fate[0] = FAILED fi;
       isOut[0] = false; wantsBack[0] = false; isAsked[0] = false; isFree[0] = false;
       isOut[1] = false; wantsBack[1] = false; isAsked[1] = false; isFree[1] = false; break }
  od
}

proctype Receiver(byte p) {
  byte x = p + SENDS - 1, v, attempt;
  bool isMortal, isInHand;
  atomic { if :: isMortal = true :: true fi; isOut[x] = true; offer(p, x, 2) };
end:
  do
  OWNER(p, x)
  :: atomic { to[p]?Deliver,_,_,attempt,v ->
       assert(isOut[x] && (!isShared[x] || isFree[x]));                                     /* R6 */
       assert(saidTaken[v] == 0 && given[v] <= attempt - 1);                                /* R2 */
       isOut[x] = false; wantsBack[x] = false; isAsked[x] = false; isFree[x] = false; attempt = 0;
       if
       :: !isSpent -> isSpent = true; from[p]!Returned,x; v = 0
       :: !isSpent -> isSpent = true; from[p]!Refused,x; v = 0
       :: isInHand = true; given[v]++
       fi }
  :: atomic { isInHand -> isInHand = false; saidTaken[v]++; from[p]!Taken,x; v = 0 }
  :: atomic { if :: to[p]?Withdrawn,_,_,_,_ -> assert(wantsBack[x])
                 :: to[p]?FailedEnded,_,_,_,_ -> assert(!isShared[x] || isFree[x])
                 :: to[p]?FailedBroken,_,_,_,_ -> assert(!isShared[x] || isFree[x])
              fi;
       isOut[x] = false; wantsBack[x] = false; isAsked[x] = false; isFree[x] = false }
  :: atomic { isMortal -> if :: fate[p] = ENDED_WELL :: fate[p] = FAILED fi;
       isOut[x] = false; wantsBack[x] = false; isAsked[x] = false; isFree[x] = false; v = 0; isInHand = false; break }
  od
}

init {
  byte p = 1;
  d_step { table(); senders[0] = 1; senders[1] = 1; receivers[0] = RECEIVERS; receivers[1] = 1 };
  atomic {
    ends[0] = 1; run Sender();
    do :: p < PARTIES -> ends[p] = 2; run Receiver(p); p++ :: else -> break od;
    p = 0;
    run Supervisor()
  };
end:
  timeout;
  d_step {
    assert(asideSends[0] == 0);
    do
    :: p < N ->
       assert(!isAside(p) && state[p] != reserved && !isFree[p]);                           /* R4 */
       assert(!wantsBack[p]);
       assert(p >= SENDS || fate[0] == ALIVE || given[p] == 0 || saidTaken[p] == 1 || isDiscarded[p] ||
              isBack[p] || state[p] == stored);                                             /* R8 */
       p++
    :: else -> break
    od
  }
}
