/*
 * One select over a channel inside the process and channels of the supervisor, after src/select/mixed.ts. Process P
 * has two tasks that select again and again: task 0 sends on the local channel or on channel 0, task 1 receives on
 * the local channel or on channel 1. Each select has a far half at the supervisor, and a near half at the arbiter of
 * the process, which is shared: before the near one is decided, the far one is asked back, tentatively. The states
 * of a select are those of mixed.ts, those of a half are those of the table. The two arbiters are one here: they have
 * no channel in common, and so nothing to do with each other. A call inside P is answered before anything else happens.
 * With TIMERS, a timer may recall a select at any moment. The peers:
 *
 *   default         one receives on channel 0: keeps the value as long as it likes, may return it once, may die
 *   EXTENDED_PEER   one receives on channel 0, sends on channel 1 while it has the value in hand, and says
 *                   `taken` when that was completed
 *
 *   R2  a value is given to one receiver    R4  outcomes are true, and asking for one is answered
 *   R6  a select has one effect, wherever its guards are      no order of events makes a select wait in vain
 */
#define FAR_LINK 0
#define PEER 1
#define NEAR_LINK 2
#define PARTIES 3
#ifdef EXTENDED_PEER
#define N 6
#else
#define N 5
#endif
#define near(t) (2 + (t))
#define owner(x) ((x) < 2 -> FAR_LINK : ((x) < 4 -> NEAR_LINK : PEER))
#define CHANNELS 3
#define CAPACITY 0
#define MAX_ATTEMPTS 2
#define OWED 6
#define USED_AGAIN
#define SHARED
#define isQuiet (empty(from[NEAR_LINK]) && empty(to[NEAR_LINK]))
#define mayRead(p) ((p) == NEAR_LINK || isQuiet)
#include "arbiter.pml"

#define IDLE 0
#define OPENING 1     /* the near half is being offered, the far one is aside */
#define BOTH 2        /* both are offered */
#define ASKING 3      /* the far half is asked whether it is free */
#define NEAR 4        /* the far half is aside; the near one is free */
#define FAR 5         /* decided at the supervisor, or recalled */
#define OVER 6        /* the near half is recalled */
byte is[2];
bool isTimedOut[2];
byte given;           /* how often code was given the value of task 0 */

inline offerFar(task) {
  guards[task] = (task == 0 -> 1 : 8);
  is[task] = BOTH;
  from[FAR_LINK]!Offer,task
}

inline offerNear(task) {
  guards[near(task)] = (task == 0 -> 16 : 32);
#ifdef BAD_NOT_ASKED
  from[NEAR_LINK]!Offer,near(task)
#else
  from[NEAR_LINK]!OfferShared,near(task)
#endif
}

inline finish(done) { is[done] = IDLE; isTimedOut[done] = false }

#ifdef TIMERS
#define mayTimeOut true
#else
#define mayTimeOut false
#endif
#define TASK(t) \
  :: atomic { is[t] == IDLE && isQuiet -> \
       if :: t == 0 -> given = 0 :: else fi; \
       if \
       :: offerFar(t); offerNear(t) \
       :: is[t] = OPENING; offerNear(t) \
       fi } \
  :: atomic { is[t] == OPENING && isQuiet -> offerFar(t) } \
  :: atomic { mayTimeOut && isQuiet && is[t] > OPENING && is[t] < OVER && !isTimedOut[t] -> \
       isTimedOut[t] = true; \
       if \
       :: is[t] == NEAR -> is[t] = OVER; from[NEAR_LINK]!Withdraw,near(t) \
       :: else -> \
          if :: is[t] != FAR -> from[NEAR_LINK]!Withdraw,near(t) :: else fi; \
          is[t] = FAR; from[FAR_LINK]!Withdraw,t \
       fi }

proctype Process() {
  byte t, attempt;
  mtype what;
end:
  do
  TASK(0)
  TASK(1)
  /* what the near half says */
  :: atomic { to[NEAR_LINK]?what,t,_,_,_ ->
       t = t - 2;
       if
       :: what == Ask && is[t] == OPENING -> is[t] = NEAR; from[NEAR_LINK]!Free,near(t)
       :: what == Ask && is[t] == BOTH -> is[t] = ASKING; from[FAR_LINK]!WithdrawTentatively,t
       :: what == Ask && is[t] != OPENING && is[t] != BOTH
       :: what == Released && is[t] == NEAR -> offerFar(t)
       :: what == Released && is[t] != NEAR
       :: what == Deliver ->
          assert(t == 1 && (is[1] == NEAR || is[1] == OVER) && (is[0] == NEAR || is[0] == OVER));      /* R6 */
          assert(given == 0); given++;                                                             /* R2 */
          from[NEAR_LINK]!Taken,near(1); finish(1)
       :: what == Completed -> assert(t == 0 && (is[0] == NEAR || is[0] == OVER) && given == 1); finish(0)
       :: what == Withdrawn && is[t] == OVER -> assert(t == 1 || given == 0); finish(t)
       :: what == Withdrawn && is[t] != OVER
       :: what == Late
       fi;
       what = 0; t = 0 }
  /* what the far half says */
  :: atomic { isQuiet && nempty(to[FAR_LINK]) ->
       to[FAR_LINK]?what,t,_,attempt,_;
       if
       :: what == Withdrawn && is[t] == ASKING -> assert(attempt == 0); is[t] = NEAR; from[NEAR_LINK]!Free,near(t)
       :: what == Withdrawn && is[t] == FAR -> assert(t == 1 || given <= attempt); finish(t)
       :: what == Late && is[t] == ASKING -> is[t] = FAR; from[NEAR_LINK]!Withdraw,near(t)
       :: what == Late && is[t] == FAR
       :: what == Deliver || what == Completed || what == FailedBroken || what == FailedEnded || what == FailedLost ->
          assert(is[t] == BOTH || is[t] == ASKING || is[t] == FAR);                                  /* R6 */
          assert(what != Completed || given == 1);
          if :: is[t] != FAR -> from[NEAR_LINK]!Withdraw,near(t) :: else fi;
          if :: what == Deliver -> from[FAR_LINK]!Taken,t :: else fi;
          finish(t)
       fi;
       what = 0; t = 0; attempt = 0 }
  od
}

#ifdef EXTENDED_PEER
proctype Peer() {
end:
  do
  :: atomic { isQuiet; guards[4] = 2; from[PEER]!Offer,4 };
end1:
     atomic { isQuiet && nempty(to[PEER]); to[PEER]?Deliver,4,_,_,_; assert(given == 0); given++; guards[5] = 4; from[PEER]!Offer,5 };
end2:
     atomic { isQuiet && nempty(to[PEER]); to[PEER]?Completed,5,_,_,_; from[PEER]!Taken,4 }
  od
}
#else
proctype Taker() {
  bool hasReturned;
  byte attempt;
end:
  do
  :: atomic { isQuiet; guards[4] = 2; from[PEER]!Offer,4 };
end1:
     atomic { isQuiet && nempty(to[PEER]);
       to[PEER]?Deliver,4,_,attempt,_;
       if
       :: assert(given < attempt); given++; attempt = 0
       :: !hasReturned -> hasReturned = true; attempt = 0; from[PEER]!Returned,4; goto end
       fi
     };
     atomic { isQuiet;
       if
       :: from[PEER]!Taken,4
       :: fate[PEER] = FAILED; break
       fi
     }
  od
}
#endif

init {
  d_step {
    table();
    senders[0] = 1; receivers[0] = 2;   /* one of a stage that is yet to start: the death of the peer is not the end */
    senders[1] = 1; receivers[1] = 1; senders[2] = 1; receivers[2] = 1;
    ends[FAR_LINK] = 9; ends[NEAR_LINK] = 48
  };
  atomic {
#ifdef EXTENDED_PEER
    ends[PEER] = 6; run Peer();
#else
    ends[PEER] = 2; run Taker();
#endif
    run Process(); run Supervisor()
  };
end:
  timeout;
  assert(is[0] == BOTH || (is[0] == FAR && state[0] == waiting));
  assert(is[1] == BOTH)
}
