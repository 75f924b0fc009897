/*
 * An end inside a value: A sends, on channel 0, a value that lists a sending end of channel 1, and keeps its own
 * copy of that end until it closes it. A stage of INCARNATIONS processes, one after the other, receives the value;
 * its code may close the end before or after it says that the value was taken, and may give the value back. A
 * watcher receives on channel 1, and is to be told when its last sender is gone. A may withdraw the send; A and
 * the receivers may die at any point, well or not.
 *
 * The count: from its offer on, the value has one copy. `deliver` gives the receiver another; `taken` drops the
 * value's. `withdrawn` and `failed` give the value's to the sender. The death of the receiver drops only the
 * receiver's; a value that is dropped closes what it lists. A runtime that gives the value back, or
 * refuses it, says so first, and then closes what its code has left of it.
 *
 *   R9  the watcher sees the end only when there is no copy anywhere, and then always; whoever has a copy may
 *       use it
 */
#ifndef INCARNATIONS
#define INCARNATIONS 2
#endif
#define PARTIES (2 + INCARNATIONS)
#define A 0
#define WATCHER (PARTIES - 1)
#define N PARTIES
#define owner(x) (x)
#define CAPACITY 0
#ifndef MAX_ATTEMPTS
#define MAX_ATTEMPTS 2
#endif
#define OWED 6
#define mayOutlive true

/* The arbiter's count of copies, for each party; one more copy is the value's own. */
byte copies[PARTIES];
/* What is so: who has how many copies; and one is in the value, until it is taken or back with A. */
byte has[PARTIES];
bool isOnItsWay;

#define admit(p) copies[p]++; ends[p] = ends[p] | 4
#define surrender(p, end) \
  if \
  :: (end) == 4 -> copies[p]--; if :: copies[p] == 0 -> ends[p] = ends[p] & ~4 :: else fi \
  :: else -> ends[p] = ends[p] & ~(end) \
  fi
#define valueOffered(x) if :: x == A -> senders[1]++ :: else fi
#if defined(BAD_COUNTED_AT_TAKEN)
#define valueDelivered(x, r) skip
#define valueTaken(x) skip
#elif defined(BAD_MOVED_AT_DELIVERY)
#define valueDelivered(x, r) admit(owner(r))
#define valueTaken(x) skip
#else
#define valueDelivered(x, r) senders[1]++; admit(owner(r))
#define valueTaken(x) release(4, false)
#endif
#ifdef BAD_WITHDRAWN_DROPS
#define valueBack(x) if :: x == A -> release(4, false) :: else fi
#else
#define valueBack(x) if :: x == A -> admit(A) :: else fi
#endif
#ifdef BAD_LEAK
#define valueDropped(x) skip
#else
#define valueDropped(x) if :: x == A -> release(4, false) :: else fi
#endif
#define isReplaced(p) ((p) != A && (p) != WATCHER && (p) < WATCHER - 1)
#define replace(p) ends[(p) + 1] = ends[p] & 2; ends[p] = ends[p] & ~2
#define moreInvariants \
  c = 0; \
  do \
  :: c < PARTIES -> assert(fate[c] != ALIVE || copies[c] >= has[c]); c++ \
  :: else -> break \
  od
#include "arbiter.pml"

/* The value's own copy, and nobody's who is dead. */
#define isInValue (isOnItsWay && !(left[A] && (state[A] == ended || state[A] == unknown)))

bool isToldEnd;

proctype Origin() {
  bool isMortal, hasOffered, hasEnded, hasAsked;
  mtype what;
  if :: isMortal = true :: true fi;
end:
  do
  :: atomic { !hasOffered -> hasOffered = true; isOnItsWay = true; guards[A] = 1; from[A]!Offer,A }
#ifdef BAD_CLOSE_OVERTAKES
  :: atomic { !hasOffered && has[A] > 0 -> has[A]--; isOnItsWay = true; from[A]!Close,4 }
#endif
  :: atomic { hasOffered && has[A] > 0 -> has[A]--; from[A]!Close,4 }
  :: atomic { hasOffered && !hasEnded && !hasAsked -> hasAsked = true;
       if :: from[A]!Withdraw,A :: from[A]!WithdrawTentatively,A fi }
  :: atomic { to[A]?what,_,_,_,_ ->
       if
       :: what == Late || what == Completed
       :: else -> isOnItsWay = false; has[A]++
       fi;
       if :: what != Late -> hasEnded = true :: else fi;
       what = 0
     }
  :: atomic { isMortal -> has[A] = 0; if :: fate[A] = ENDED_WELL :: fate[A] = FAILED fi; break }
  od
}

proctype Receiver(byte p) {
  bool isMortal, isInHand;
end:
  atomic { ends[p] & 2; if :: isMortal = true :: true fi; guards[p] = 2; from[p]!Offer,p };
endOffered:
  do
  :: atomic { to[p]?Deliver,_,_,_,_ -> isInHand = true; has[p]++ }
  :: atomic { to[p]?FailedEnded,_,_,_,_ }
  :: atomic { to[p]?FailedBroken,_,_,_,_ }
  :: atomic { isInHand -> isInHand = false; isOnItsWay = false; from[p]!Taken,p }
  :: atomic { isInHand -> isInHand = false;
       if :: from[p]!Returned,p :: from[p]!Refused,p fi;
       if :: has[p] > 0 -> has[p]--; from[p]!Close,4 :: else fi }
  :: atomic { has[p] > 0 -> has[p]--; from[p]!Close,4 }
  :: atomic { isMortal -> has[p] = 0; if :: fate[p] = ENDED_WELL :: fate[p] = FAILED fi; break }
  od
}

proctype Watcher() {
  byte p;
  atomic { guards[WATCHER] = 8; from[WATCHER]!Offer,WATCHER };
end:
  atomic {
    if :: to[WATCHER]?FailedEnded,_,_,_,_ :: to[WATCHER]?FailedBroken,_,_,_,_ fi;
    isToldEnd = true;
    assert(!isInValue);
    do :: p < PARTIES -> assert(has[p] == 0); p++ :: else -> break od
  }
}

init {
  byte p;
  d_step {
    table();
    senders[0] = 1; receivers[0] = 1; senders[1] = 1; receivers[1] = 1;
    ends[A] = 5; ends[1] = 2; ends[WATCHER] = 8;
    copies[A] = 1; has[A] = 1
  };
  atomic {
    run Origin(); run Watcher();
    p = 1;
    do :: p < WATCHER -> run Receiver(p); p++ :: else -> break od;
    p = 0;
    run Supervisor()
  };
end:
  timeout;
  atomic {
    do
    :: p < PARTIES && has[p] > 0 -> break
    :: p < PARTIES && has[p] == 0 -> p++
    :: p == PARTIES -> assert(isToldEnd || isInValue); break
    od
  }
}
