/*
 * One select over a channel inside the process and channels of the supervisor. Process P has two tasks that select
 * again and again: task 0 sends on the local channel or on channel 0, task 1 receives on the local channel or on
 * channel 1. Each select is offered in both places. When two meet on the local channel they are _engaged_; each
 * owner is asked, and withdraws tentatively at the supervisor: `withdrawn` makes it free, and when both are, the
 * value changes hands. Any other answer ends the engagement: the partner is released, and offers itself again.
 * With TIMERS, a timer may recall a select at any moment. The peers:
 *
 *   default         one receives on channel 0: keeps the value as long as it likes, may return it once, may die
 *   EXTENDED_PEER   one receives on channel 0, sends on channel 1 while it has the value in hand, and says
 *                   `taken` when that was completed
 *
 *   R2  a value is given to one receiver    R4  outcomes are true, and asking for one is answered
 *   R6  a select has one effect, wherever its guards are      no order of events makes a select wait in vain
 */
#define P 0
#define PARTIES 2
#define N 4
#define owner(x) ((x) > 1)
#define CAPACITY 0
#define MAX_ATTEMPTS 2
#define OWED 6
#define USED_AGAIN
#include "arbiter.pml"

#define IDLE 0
#define OFFERED 1     /* in both places */
#define ASKED 2       /* withdrawn tentatively, and not yet answered */
#define FREE 3        /* nowhere else; engaged */
#define ELSEWHERE 4   /* committed at the supervisor */
#define RECALLED 5    /* withdrawn for good, and not yet answered */
byte is[2];
bool isTimedOut[2];
bool isEngaged;
byte given;           /* how often code was given the value of task 0 */

inline offerAgain(task) {
  guards[task] = (task == 0 -> 1 : 8);
  is[task] = OFFERED;
  from[P]!Offer,task
}

/* The partner of a task that is not free is released. */
inline disengage(one) {
  if
  :: isEngaged ->
     isEngaged = false;
#ifndef BAD_NOT_RELEASED
     if :: is[1 - one] == FREE -> offerAgain(1 - one) :: else fi
#endif
  :: else
  fi
}

inline finish(done) { disengage(done); is[done] = IDLE; isTimedOut[done] = false }

#ifdef TIMERS
#define mayTimeOut true
#else
#define mayTimeOut false
#endif
#define TASK(t) \
  :: atomic { is[t] == IDLE -> if :: t == 0 -> given = 0 :: else fi; offerAgain(t) } \
  :: atomic { mayTimeOut && is[t] != IDLE && !isTimedOut[t] -> \
       isTimedOut[t] = true; \
       if \
       :: is[t] == OFFERED -> is[t] = RECALLED; from[P]!Withdraw,t \
       :: is[t] == ASKED -> disengage(t) \
       :: is[t] == FREE -> assert(t == 1 || given == 0); finish(t) \
       :: is[t] == ELSEWHERE -> from[P]!Withdraw,t \
       fi }

proctype Process() {
  byte t, attempt;
end:
  do
  TASK(0)
  TASK(1)
#ifdef BAD_NOT_ASKED
  :: atomic { is[0] == OFFERED && is[1] == OFFERED ->
       assert(given == 0); given++;
       from[P]!Withdraw,0; from[P]!Withdraw,1; is[0] = RECALLED; is[1] = RECALLED }
#else
  :: atomic { is[0] == OFFERED && is[1] == OFFERED ->
       isEngaged = true; is[0] = ASKED; is[1] = ASKED;
       if
       :: from[P]!WithdrawTentatively,0; from[P]!WithdrawTentatively,1
       :: from[P]!WithdrawTentatively,1; from[P]!WithdrawTentatively,0
       fi }
#endif
  :: atomic { to[P]?Withdrawn,t,_,attempt,_ ->
       if
       :: isTimedOut[t] -> assert(t == 1 || given <= attempt); finish(t)
       :: !isTimedOut[t] && is[t] == ASKED && isEngaged && is[1 - t] != FREE -> is[t] = FREE
       :: !isTimedOut[t] && is[t] == ASKED && isEngaged && is[1 - t] == FREE ->
          assert(given == 0); given++;
          isEngaged = false; finish(0); finish(1)
       :: !isTimedOut[t] && is[t] == ASKED && !isEngaged -> offerAgain(t)
       :: else -> assert(false)
       fi;
       t = 0; attempt = 0 }
  :: atomic { to[P]?Late,t,_,_,_ ->
       assert(t == 0);
       if
       :: is[0] == ASKED ->
          is[0] = ELSEWHERE;
          if :: isTimedOut[0] -> from[P]!Withdraw,0 :: else fi;
          disengage(0)
       :: else -> assert(isTimedOut[0])
       fi }
  :: atomic { to[P]?Deliver,t,_,_,_ -> assert(t == 1 && is[1] != IDLE && is[1] != FREE); from[P]!Taken,1; finish(1); t = 0 }
  :: atomic { to[P]?Completed,t,_,_,_ -> assert(t == 0 && is[0] != IDLE && is[0] != FREE && given == 1); finish(0) }
  :: atomic { if :: to[P]?FailedBroken,t,_,_,_ :: to[P]?FailedEnded,t,_,_,_ fi;
       assert(is[t] != IDLE && is[t] != FREE); finish(t); t = 0 }
  od
}

#ifdef EXTENDED_PEER
proctype Peer() {
end:
  do
  :: atomic { guards[2] = 2; from[1]!Offer,2 };
end1:
     atomic { to[1]?Deliver,2,_,_,_ -> assert(given == 0); given++; guards[3] = 4; from[1]!Offer,3 };
end2:
     to[1]?Completed,3,_,_,_;
     from[1]!Taken,2
  od
}
#else
proctype Taker() {
  bool hasReturned;
  byte attempt;
end:
  do
  :: atomic { guards[2] = 2; from[1]!Offer,2 };
end1:
     to[1]?Deliver,2,_,attempt,_;
     if
     :: atomic { assert(given < attempt); given++ };
        if
        :: from[1]!Taken,2
        :: atomic { fate[1] = FAILED; break }
        fi
     :: atomic { !hasReturned -> hasReturned = true; from[1]!Returned,2 }
     fi
  od
}
#endif

init {
  d_step {
    table();
    senders[0] = 1; receivers[0] = 1; senders[1] = 1; receivers[1] = 1;
    ends[P] = 9
  };
  atomic {
#ifdef EXTENDED_PEER
    ends[1] = 6; run Peer();
#else
    ends[1] = 2; run Taker();
#endif
    run Process(); run Supervisor()
  };
end:
  timeout;
  assert(is[0] == IDLE || is[0] == OFFERED || (is[0] == ELSEWHERE && state[0] == waiting));
  assert(is[1] == IDLE || is[1] == OFFERED)
}
