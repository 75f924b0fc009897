/*
 * A direct link (section 14): A sends, B receives, and values go over two pipes between them while S, the supervisor,
 * lets them. The channel is channel 0 of S. Channel 1 is another one, on which somebody else sends once (ANOTHER).
 *
 * A sends SENDS values, as many at once as it likes, each in one of the ways of SEND_KINDS: plainly (1), with a
 * deadline (2), as a choice, with a receive on channel 1 (4), as a poll (8). RECALLS of them are recalled, also plain
 * ones. B's code receives again and again, TASKS at once, each in one of the ways of KINDS: plainly (1), as a choice,
 * with channel 1 (2), extended (4), as a poll (8), with a deadline that may be over (16); POLLS and TIMEOUTS say how
 * often. NESTED: code has an extended receive in hand until somebody at B has the next value. S says `meet` MEETS
 * times and, without a reason, `part` PARTS times. A dies SENDER_DIES times, B RECEIVER_DIES times, at any point; each
 * is followed by another, with LAST_DEATH perhaps not. CLOSES: A may close its end, RECEIVER_CLOSES: B. CLONE_SENDS,
 * CLONE_RECEIVES: somebody else has a copy of an end for a while, with one operation. STOPS: B's code may receive no
 * more. SECURED: an answer is on its way to the kernel for a while. DESCENDANT: something keeps the pipes of
 * a process open when it is dead. Not all of this has to happen. Links and pipes are in order, but know no
 * order among each other. Deadlines of A (a link that joins, a poll that is held back) are events that may come at
 * any time, but for polls: theirs never comes. Which of several receives of B gets a value, is left open.
 *
 * The rules, and what is broken to see that each is needed:
 *   S   S says `part` when there is another sender or receiver,                              BAD_NOT_PARTED
 *          even if not for long,                                                             BAD_LOOKS_LATER
 *          and `meet` when nothing of a dead process is in the channel,                      BAD_NOT_EMPTY
 *          nor of anybody else                                                               BAD_OF_OTHERS
 *       it closes its own descriptors                                                        BAD_KEPT_OPEN
 *       a link is over when who was told of it has parted                                    BAD_UNTOLD
 *       A may go on when B has parted or is dead                                             BAD_RESUMED_EARLY
 *   A   joining, it waits until nothing of it is outstanding at S,                           BAD_JOIN_AT_ONCE
 *          choices included,                                                                 BAD_CHOICE_JOINS
 *          but not for ever                                                                  BAD_JOINS_FOREVER
 *       for what does not go directly it leaves,                                             BAD_STAYS_LINKED
 *          also for a choice                                                                 BAD_CHOICE_STAYS
 *       leaving, it holds new sends back,                                                    BAD_NEW_AT_ONCE
 *          and polls, until S can answer them,                                               BAD_POLL_AT_ONCE
 *          whatever is unanswered,                                                           BAD_POLL_NOBODY
 *          reads its pipe to the end,                                                        BAD_NOT_TO_THE_END
 *          waits for `resume`: else a poll finds nobody,                                     BAD_NO_RESUME
 *          offers in order,                                                                  BAD_LAST_FIRST
 *          what was unanswered before what was held back,                                    BAD_HELD_FIRST
 *          and only then closes its end                                                      BAD_CLOSE_AT_ONCE
 *       what is recalled and unanswered ends when the pipe was read to its end               BAD_RECALLED_AT_ONCE
 *   B   with the first value it withdraws its receives from S,                               BAD_NOT_WITHDRAWN
 *          and waits for the answers                                                         BAD_NOT_ASKED
 *       for a choice it leaves,                                                              BAD_CHOICE_WAITS
 *          and for an extended receive,                                                      BAD_WORK_DIRECT
 *          and when the end was told                                                         BAD_FAILED_STAYS
 *       it takes nothing for which there is no receive,                                      BAD_TAKES_AHEAD
 *          answers before its code has the value,                                            BAD_CODE_FIRST
 *          does not forget what it has answered                                              BAD_FORGETS_UNDER_WAY
 *          and gives it before it tells the end                                              BAD_END_OVERTAKES
 *       leaving, it takes nothing more,                                                      BAD_TAKES_STILL
 *          closes its pipes,                                                                 BAD_KEEPS_PIPES
 *          and has parted when nothing is asked back: else a poll finds nobody,              BAD_PARTED_EARLY
 *          and when its line is at S: likewise                                               BAD_PARTED_FIRST
 *
 *   R1  a send is completed when code was given its value
 *   R2  a value is given, and taken, once
 *   R3  the first deliveries are in the order of the sends, wherever they are
 *   R4  outcomes are true, and everything has one: nobody waits who could be served; no poll is told that there is
 *       nobody, while the receive that was there before it is there still
 *   R6  a choice has one effect
 *   R7  what code had in hand is not given again without an attempt; what it had not, costs none, and is not lost
 *   R8  what code had outlives its sender
 *   R9  the end of the channel is told when nothing can come any more, and then always
 */
#ifndef SENDS
#define SENDS 2
#endif
#ifndef SEND_KINDS
#define SEND_KINDS 1
#endif
#ifndef TASKS
#define TASKS 1
#endif
#ifndef KINDS
#define KINDS 1
#endif
#ifndef MEETS
#define MEETS 1
#endif
#ifndef PARTS
#define PARTS 0
#endif
#ifndef RECALLS
#define RECALLS 0
#endif
#ifndef POLLS
#define POLLS 1
#endif
#ifndef TIMEOUTS
#define TIMEOUTS 1
#endif
#ifndef SENDER_DIES
#define SENDER_DIES 0
#endif
#ifndef RECEIVER_DIES
#define RECEIVER_DIES 0
#endif

#define A 0
#define B 1
#define C 2
#if defined(ANOTHER) || defined(CLONE_SENDS) || defined(CLONE_RECEIVES)
#define PARTIES 3
#define theirs (SENDS + TASKS)
#define N (SENDS + TASKS + 1)
#else
#define PARTIES 2
#define theirs 99
#define N (SENDS + TASKS)
#endif
#define far(t) (SENDS + (t))
#define owner(x) ((x) < SENDS -> A : ((x) < SENDS + TASKS -> B : C))

#define CAPACITY 0
#ifndef MAX_ATTEMPTS
#define MAX_ATTEMPTS 4
#endif
#define OWED 8
#define USED_AGAIN
#define mayOutlive true

mtype = { Met, Parted, Meet, Part, Resume };

/* ── the pipes, and what S knows of them ── */

chan toB = [SENDS] of { byte };   /* values */
chan toA = [SENDS] of { byte };   /* answers: one for each value, in their order */
bool doesAWrite, doesARead, hasB; /* who has them open; B opens and closes both at once */
bool hasS;                        /* S has them open, both ways */
bool hasHeir[2];                  /* something else has those of a dead process open */

#define hasReaderB (hasB || hasS || hasHeir[B])
#define hasReaderA (doesARead || hasS || hasHeir[A])
#define isEndForB (!doesAWrite && !hasS && !hasHeir[A])
#define isEndForA (!hasB && !hasS && !hasHeir[B] && empty(toA))

#define NO_LINK 0
#define TOLD_B 1
#define B_IS_THERE 2
#define TOLD_A 3
#define MET 4
byte phase;
bool isParting, isOver[2];
bool isTold;                        /* A was, and was not told to go on */
bool isBroken;                      /* S has seen a reason for `part` */
bool willReturn[2];                 /* the stage is started again */

inline drain(pipe) {
  do :: nempty(pipe) -> pipe?_ :: empty(pipe) -> break od
}
#define say(p, what) if :: !left[p] -> to[p]!what,0,0,0,N :: else fi

inline sayPart() {
  if
  :: phase != NO_LINK && !isParting ->
     isParting = true;
     if :: !isOver[A] -> say(A, Part) :: else fi;
     if :: !isOver[B] -> say(B, Part) :: else fi;
#ifndef BAD_KEPT_OPEN
     hasS = false
#endif
  :: else
  fi
}

#ifdef BAD_RESUMED_EARLY
#define hasLeftB (isOver[B] || isParting)
#else
#define hasLeftB isOver[B]
#endif
inline lookAtLink() {
  if
  :: phase != NO_LINK && isTold && hasLeftB -> isTold = false; say(A, Resume)
  :: else
  fi;
  if
  :: phase != NO_LINK && isOver[A] && isOver[B] ->
     phase = NO_LINK; isParting = false; isTold = false; isBroken = false;
     hasHeir[A] = false; hasHeir[B] = false; drain(toB); drain(toA)
  :: else
  fi
}

#ifdef BAD_KEPT_OPEN
#define letGoOfPipes skip
#else
#define letGoOfPipes hasS = false
#endif
inline met(p) {
  if
  :: p == B && phase == TOLD_B && !isParting -> phase = B_IS_THERE
  :: p == A && phase == TOLD_A && !isParting -> phase = MET; letGoOfPipes
  :: else
  fi
}
inline parted(p) {
  isOver[p] = true;
  if :: phase != MET -> sayPart() :: else fi;
  lookAtLink()
}
#define moreMessages \
  :: said == Met -> met(party) \
  :: said == Parted -> parted(party)

/* A process is dead, and all that it said has been heard. */
#define isReplaced(p) (p < 2)
#define replace(p) \
  if \
  :: p < 2 -> \
     isBroken = true; isOver[p] = true; \
     if :: p == A -> isTold = false :: else fi; \
     if :: phase != MET -> sayPart() :: else fi; \
     lookAtLink(); \
     if :: willReturn[p] -> ends[p] = 0 :: else fi \
  :: else \
  fi

bool wasDelivered[N];
byte incarnation;     /* the first send of the present incarnation of A */
byte lastDelivered;   /* of that, the last plain one that was delivered for the first time, plus 1 */
byte way[SENDS];
#define SENT_PLAINLY 1
#define WITH_DEADLINE 2
#define AS_CHOICE 4
#define AS_POLL 8
#define isPlain(v) (way[v] != AS_CHOICE)
#define deliveredFirst(v) \
  if \
  :: v < SENDS && !wasDelivered[v] && v >= incarnation && isPlain(v) -> \
     assert(v >= lastDelivered); lastDelivered = v + 1                                 /* R3 */ \
  :: else \
  fi; \
  wasDelivered[v] = true
#define valueOffered(x) skip
#define valueDelivered(x, r) deliveredFirst(x)
#define valueTaken(x) skip
#define valueBack(x) skip
#define valueDropped(x) skip
#include "arbiter.pml"

byte given[N], saidTaken[N];
byte place[SENDS];
#define NOT_YET 0
#define HELD 1
#define AT_S 2
#define ON_LINK 3
#define OVER 4
#define LEFT 5        /* its sender is dead */
bool isClosing, isClosed, isReceiverClosed;
byte toldEnd;         /* how often: code may ask again */
byte sure;            /* the last poll of A, plus 1, when B was waiting for it as it began, and does so still */

inline give(v) {
  assert(saidTaken[v] == 0);                                                           /* R2 */
  assert(toldEnd == 0 || v >= SENDS);                                                  /* R9 */
  given[v]++
}

#define NOTHING 0
#define PLAIN 1
#define CHOICE 2
#define EXTENDED 4
#define POLL 8
#define TIMED 16
byte kind[TASKS];
byte isB;
#define READY 1
byte stands[TASKS];
#define NOWHERE 0
#define STANDS_AT_S 1
#define ASKED_BACK 2  /* in B's own line */
#define OWN 3         /* in B's own line, and B's to match */
bool isTimedOut[TASKS];
byte work[TASKS];     /* what is in hand, plus 1 */
byte answering[TASKS];  /* the value, plus 1, whose answer is on its way to the kernel */
bool isReceiverClosing, hasStopped;

#define isThere(t) (kind[t] != POLL && ((stands[t] == STANDS_AT_S && state[far(t)] == waiting) || stands[t] == ASKED_BACK || stands[t] == OWN))
#if TASKS > 1
#define howManyThere (isThere(0) + isThere(1))
#else
#define howManyThere isThere(0)
#endif
#define isBefore(v, u) ((u) < (v) && place[u] < OVER)
#if SENDS > 2
#define howManyBefore(v) (isBefore(v, 0) + isBefore(v, 1) + isBefore(v, 2))
#else
#define howManyBefore(v) (isBefore(v, 0) + isBefore(v, SENDS - 1))
#endif
#define isAsked(t) (stands[t] == ASKED_BACK || answering[t] != 0)

/* ── A ── */

#define RELAYED 0
#define JOINING 1
#define LINKED 2
#define LEAVING 3
byte is;
byte next;
bool isRecalled[SENDS];
bool hasResumed;      /* S has said that B has left */

#define isAny(where) (place[0] == where || place[SENDS / 2] == where || place[SENDS - 1] == where)
#define isChoiceAtS(v) (place[v] == AT_S && way[v] == AS_CHOICE)

#ifdef ANOTHER
#define guardsOf(v) (way[v] == AS_CHOICE -> SEND(0) | RECEIVE(1) : SEND(0))
#else
#define guardsOf(v) SEND(0)
#endif
inline offer(v) {
  place[v] = AT_S; guards[v] = guardsOf(v); poll[v] = (way[v] == AS_POLL); from[A]!Offer,v
}
inline write(v) {
  place[v] = ON_LINK;
  if :: hasReaderB -> toB!v :: else fi
}
inline over(v) { place[v] = OVER; isRecalled[v] = false }
inline foundNobody(v) { assert(sure != (v) + 1); over(v) }                                /* R4 */

inline leave() {
  if
  :: is == JOINING || is == LINKED -> is = LEAVING; doesAWrite = false
  :: else
  fi;
#ifdef BAD_NOT_TO_THE_END
  if :: is == LEAVING && doesARead -> doesARead = false; drain(toA); from[A]!Parted,0 :: else fi
#endif
}

#ifdef BAD_JOIN_AT_ONCE
#define mayLink true
#elif defined(BAD_CHOICE_JOINS)
#define isHere(v) (place[v] == AT_S && way[v] != AS_CHOICE)
#define mayLink (!isHere(0) && !isHere(SENDS / 2) && !isHere(SENDS - 1))
#else
#define mayLink (!isAny(AT_S))
#endif
inline join() {
  if
  :: is == JOINING && mayLink ->
     is = LINKED;
     each = 0;
     do
     :: each < SENDS -> if :: place[each] == HELD -> write(each) :: else fi; each++
     :: else -> break
     od
  :: else
  fi
}

inline offerWhere(what) {
  each = 0;
  do
  :: each < SENDS -> if :: place[each] == what -> offer(each) :: else fi; each++
  :: else -> break
  od
}

inline goOn() {
  is = RELAYED; hasResumed = false;
  each = 0;
  do
  :: each < SENDS ->
     if
     :: place[each] == ON_LINK && isRecalled[each] ->
        assert(saidTaken[each] == 0 && given[each] == 0); over(each)                     /* R4 */
     :: else
     fi;
     each++
  :: else -> break
  od;
#ifdef BAD_LAST_FIRST
  each = SENDS;
  do
  :: each > 0 -> each--; if :: place[each] == HELD || place[each] == ON_LINK -> offer(each) :: else fi
  :: else -> break
  od;
#elif defined(BAD_HELD_FIRST)
  offerWhere(HELD);
  offerWhere(ON_LINK);
#else
  offerWhere(ON_LINK);
  offerWhere(HELD);
#endif
  if :: isClosing && !isClosed -> isClosed = true; from[A]!Close,SEND(0) :: else fi
}

inline begin(v) {
  if :: way[v] == AS_POLL -> sure = (howManyThere > howManyBefore(v) -> (v) + 1 : 0) :: else fi;
  if
  :: is == RELAYED -> offer(v)
  :: is != RELAYED && way[v] == SENT_PLAINLY && is == LINKED -> write(v)
#ifdef BAD_NEW_AT_ONCE
  :: is == LEAVING -> offer(v)
#endif
  :: is != RELAYED && way[v] == SENT_PLAINLY && is != LINKED -> place[v] = HELD
#ifdef BAD_CHOICE_STAYS
  :: is != RELAYED && way[v] == AS_CHOICE -> offer(v)
#else
  :: is != RELAYED && way[v] == AS_CHOICE -> leave(); offer(v)
#endif
#ifdef BAD_STAYS_LINKED
  :: is == LINKED && way[v] == WITH_DEADLINE -> offer(v)
#endif
#ifdef BAD_POLL_NOBODY
  :: is != RELAYED && way[v] == AS_POLL && isAny(ON_LINK) -> leave(); foundNobody(v)
  :: is != RELAYED && way[v] == AS_POLL && !isAny(ON_LINK) -> place[v] = HELD; leave()
#elif defined(BAD_POLL_AT_ONCE)
  :: is != RELAYED && way[v] == AS_POLL -> leave(); offer(v)
#else
  :: is != RELAYED && way[v] == AS_POLL -> place[v] = HELD; leave()
#endif
  :: is != RELAYED && way[v] == WITH_DEADLINE -> place[v] = HELD; leave()
  fi
}

#ifdef BAD_CHOICE_JOINS
#define isChoiceOut false
#else
#define isChoiceOut (isChoiceAtS(0) || isChoiceAtS(SENDS / 2) || isChoiceAtS(SENDS - 1))
#endif

proctype Sender(byte recalls; byte deaths; bool willClose) {
  byte v, attempt;
  mtype what;
end:
  do
  :: atomic { fate[A] == ALIVE && next < SENDS && !isClosing ->
       v = next; next++;
       if
       :: (SEND_KINDS & SENT_PLAINLY) -> way[v] = SENT_PLAINLY
       :: (SEND_KINDS & WITH_DEADLINE) -> way[v] = WITH_DEADLINE
       :: (SEND_KINDS & AS_CHOICE) -> way[v] = AS_CHOICE
       :: (SEND_KINDS & AS_POLL) -> way[v] = AS_POLL
       fi;
       begin(v); v = 0 }
#ifndef BAD_JOINS_FOREVER
  /* It has held something back for a while. */
  :: atomic { is == JOINING && isAny(HELD) -> leave() }
#endif
  :: atomic { fate[A] == ALIVE && doesARead && nempty(toA) -> toA?_;
       v = 0; do :: place[v] != ON_LINK -> v++ :: else -> break od;
       assert(saidTaken[v] == 1 && given[v] == 1);                                     /* R1 */
       over(v); v = 0 }
  :: atomic { fate[A] == ALIVE && doesARead && isEndForA ->
       leave(); doesARead = false; from[A]!Parted,0;
#ifdef BAD_NO_RESUME
       goOn()
#else
       if :: hasResumed -> goOn() :: else fi
#endif
     }
  /* A while after `resume`: something else has B's pipe. */
  :: atomic { fate[A] == ALIVE && doesARead && hasResumed && empty(toA) ->
       doesARead = false; from[A]!Parted,0; goOn() }
  :: atomic { recalls > 0 && fate[A] == ALIVE && (isAny(AT_S) || isAny(ON_LINK) || isAny(HELD)) ->
       recalls--;
       if :: v = 0 :: v = SENDS - 1 fi;
       if
       :: place[v] == AT_S && way[v] != AS_POLL && !isRecalled[v] -> isRecalled[v] = true; from[A]!Withdraw,v
       :: place[v] == ON_LINK ->
#ifdef BAD_RECALLED_AT_ONCE
          assert(saidTaken[v] == 0 && given[v] == 0);
#endif
          isRecalled[v] = true; leave()
       :: place[v] == HELD -> over(v)
       :: else
       fi;
       v = 0 }
  :: atomic { willClose && fate[A] == ALIVE && !isClosing ->
       isClosing = true;
       if
#ifdef BAD_CLOSE_AT_ONCE
       :: true -> leave(); isClosed = true; from[A]!Close,SEND(0)
#else
       :: is == RELAYED -> isClosed = true; from[A]!Close,SEND(0)
       :: else -> leave()
#endif
       fi }
  :: atomic { deaths > 0 && fate[A] == ALIVE && !isClosed ->
       deaths--;
#ifdef LAST_DEATH
       if :: willReturn[A] = false :: willReturn[A] = true fi;
#endif
       do
       :: v < SENDS ->
          if :: place[v] != NOT_YET && place[v] != OVER -> over(v); place[v] = LEFT :: else fi;
          v++
       :: else -> break
       od;
       v = 0; is = RELAYED; isClosing = false; sure = 0;
#ifdef DESCENDANT
       if :: doesARead -> hasHeir[A] = true :: else fi;
#endif
       doesAWrite = false; doesARead = false; hasResumed = false;
       if :: !hasReaderA -> drain(toA) :: else fi;
       incarnation = next; lastDelivered = 0;
       fate[A] = FAILED }
  :: atomic { left[A] && willReturn[A] -> left[A] = false; fate[A] = ALIVE; ends[A] = SEND(0) | RECEIVE(1) }
  :: atomic { fate[A] == ALIVE && nempty(to[A]) -> to[A]?what,v,_,attempt,_;
       if
       :: what == Meet ->
          assert(is == RELAYED && !doesARead);
          v = 0;
          if
          :: hasS && !isChoiceOut && !isClosing ->
             is = JOINING; doesARead = true; doesAWrite = true; from[A]!Met,0
          :: else -> from[A]!Parted,0
          fi
       :: what == Part -> v = 0; leave()
       :: what == Resume ->
          v = 0; leave();
          if
          :: doesARead -> hasResumed = true
          :: !doesARead && is == LEAVING -> goOn()
          :: else
          fi
       :: what == Late
       :: what == Deliver -> assert(place[v] == AT_S && given[v] == 0); from[A]!Taken,v; over(v)     /* R6 */
       :: what == Completed -> assert(saidTaken[v] == 1); over(v)                        /* R1 */
       :: what == Withdrawn ->
          assert(saidTaken[v] == 0 && given[v] <= attempt);                              /* R4 */
          if :: isRecalled[v] -> over(v) :: else -> assert(way[v] == AS_POLL); foundNobody(v) fi
       :: what == FailedEnded -> assert(saidTaken[v] == 0 && isReceiverClosed); over(v)   /* R4 R9 */
       :: what == FailedBroken -> assert(saidTaken[v] == 0 && !willReturn[B] && fate[B] == FAILED); over(v)
       fi;
       join();
       what = 0; v = 0; attempt = 0 }
  od
}

/* ── B ── */

inline offerB(t) {
  stands[t] = STANDS_AT_S;
  guards[far(t)] = (kind[t] == CHOICE -> RECEIVE(0) | RECEIVE(1) : RECEIVE(0));
  poll[far(t)] = (kind[t] == POLL);
  from[B]!Offer,far(t)
}
inline finish(t) {
  kind[t] = NOTHING; stands[t] = NOWHERE; isTimedOut[t] = false
}

inline leaveB() {
  if
  :: isB == READY || isB == LINKED ->
     isB = LEAVING;
#ifndef BAD_TAKES_STILL
     drain(toB);
#endif
#ifdef BAD_FORGETS_UNDER_WAY
     if :: answering[0] != 0 -> toA!answering[0] - 1; answering[0] = 0; stands[0] = OWN :: else fi
#endif
  :: else
  fi
}

inline offerLine() {
  each = 0;
  do
  :: each < TASKS -> if :: stands[each] == OWN -> offerB(each) :: else fi; each++
  :: else -> break
  od
}

#ifdef BAD_PARTED_EARLY
#define mayReturn true
#else
#define mayReturn (!isAsked(0) && !isAsked(TASKS - 1))
#endif
inline goOnB() {
  if
  :: isB == LEAVING && mayReturn ->
     isB = RELAYED;
#ifdef BAD_PARTED_FIRST
     from[B]!Parted,0; offerLine();
#else
     offerLine(); from[B]!Parted,0;
#endif
#ifndef BAD_KEEPS_PIPES
     hasB = false; drain(toB);
#endif
     if :: isReceiverClosing && !isReceiverClosed -> isReceiverClosed = true; from[B]!Close,RECEIVE(0) :: else fi
  :: else
  fi
}

#ifdef BAD_CHOICE_WAITS
#define isForS(t) (kind[t] == EXTENDED)
#elif defined(BAD_WORK_DIRECT)
#define isForS(t) (kind[t] == CHOICE)
#else
#define isForS(t) (kind[t] == CHOICE || kind[t] == EXTENDED)
#endif
inline beginB(t) {
  if
  :: isB == RELAYED || isB == READY -> offerB(t)
#ifdef BAD_CHOICE_WAITS
  :: isB != RELAYED && isB != READY && kind[t] == CHOICE -> offerB(t)
#endif
  :: isB != RELAYED && isB != READY && isForS(t) -> leaveB(); offerB(t); goOnB()
  :: isB != RELAYED && isB != READY && !isForS(t) && kind[t] != CHOICE -> stands[t] = OWN
  fi
}

inline askBack(t) {
  if
#ifdef BAD_NOT_WITHDRAWN
  :: true
#elif defined(BAD_NOT_ASKED)
  :: stands[t] == STANDS_AT_S && !isForS(t) && kind[t] != CHOICE && !isTimedOut[t] -> stands[t] = OWN
#else
  :: stands[t] == STANDS_AT_S && !isForS(t) && kind[t] != CHOICE && !isTimedOut[t] ->
     stands[t] = ASKED_BACK; from[B]!WithdrawTentatively,far(t)
#endif
  :: else
  fi
}
#define isOnlyAtS(t) (stands[t] == STANDS_AT_S && isForS(t))

#if TASKS > 1
#define isNextAnswer(t) (answering[1 - (t)] == 0 || answering[t] < answering[1 - (t)])
#else
#define isNextAnswer(t) true
#endif
/* B writes the answer before its code gets the value. When it cannot, A is dead. */
inline answer(t) {
  if
  :: hasReaderA -> toA!v
  :: else
  fi;
  assert(given[v] == 0);                                                                 /* R7 */
  give(v); saidTaken[v]++; finish(t)
}

/* In their order. */
inline giveAnswered() {
  do
  :: answering[0] != 0 && isNextAnswer(0) -> v = answering[0] - 1; answering[0] = 0; answer(0)
#if TASKS > 1
  :: answering[1] != 0 && isNextAnswer(1) -> v = answering[1] - 1; answering[1] = 0; answer(1)
#endif
  :: answering[0] == 0 && answering[TASKS - 1] == 0 -> v = 0; break
  od
}

#if defined(SECURED) || defined(BAD_CODE_FIRST)
#define isSlow true
#else
#define isSlow false
#endif
#ifdef BAD_TAKES_STILL
#define isTaking (isB == LINKED || isB == LEAVING)
#else
#define isTaking (isB == LINKED)
#endif

#ifdef NESTED
#define isDone (given[0] > 0 && given[SENDS - 1] > 0)
#else
#define isDone true
#endif

#define TASK(t) \
  :: atomic { fate[B] == ALIVE && kind[t] == NOTHING && work[t] == 0 && !isReceiverClosing && !hasStopped && toldEnd < 2 -> \
       if \
       :: (KINDS & PLAIN) -> kind[t] = PLAIN \
       :: (KINDS & CHOICE) -> kind[t] = CHOICE \
       :: (KINDS & EXTENDED) -> kind[t] = EXTENDED \
       :: (KINDS & POLL) && polls > 0 -> polls--; kind[t] = POLL \
       :: (KINDS & TIMED) && timeouts > 0 -> kind[t] = TIMED \
       fi; \
       beginB(t) } \
  :: atomic { work[t] != 0 && isDone -> \
       saidTaken[work[t] - 1]++; assert(saidTaken[work[t] - 1] == 1);                   /* R2 */ \
       FINISH_WORK(t); work[t] = 0; finish(t) } \
  :: atomic { isTaking && stands[t] == OWN && answering[t] == 0 && nempty(toB) -> toB?v -> \
       deliveredFirst(v); \
       if \
       BEGIN_WORK(t) \
       :: isSlow && !isWorkHere(t) -> answering[t] = v + 1; stands[t] = NOWHERE; GIVE_FIRST \
       :: !isSlow && !isWorkHere(t) -> answer(t) \
       fi; \
       v = 0 } \
  :: atomic { answering[t] != 0 && isNextAnswer(t) -> \
       v = answering[t] - 1; answering[t] = 0; \
       ANSWER(t); \
       goOnB(); v = 0 } \
  :: atomic { stands[t] == OWN && kind[t] == POLL && isB == LINKED && empty(toB) -> finish(t) } \
  :: atomic { kind[t] == TIMED && timeouts > 0 && !isTimedOut[t] && (stands[t] != NOWHERE || answering[t] != 0) -> \
       timeouts--; sure = 0; \
       if \
       :: stands[t] == OWN -> finish(t) \
       :: stands[t] == STANDS_AT_S -> isTimedOut[t] = true; from[B]!Withdraw,far(t) \
       :: else -> isTimedOut[t] = true \
       fi }

#ifdef BAD_WORK_DIRECT
#define isWorkHere(t) (kind[t] == EXTENDED)
#define BEGIN_WORK(t) :: kind[t] == EXTENDED -> assert(given[v] == 0); give(v); work[t] = v + 1; isNear = true; stands[t] = NOWHERE
#define FINISH_WORK(t) if :: isNear -> isNear = false; if :: hasReaderA -> toA!work[t] - 1 :: else fi :: else -> from[B]!Taken,far(t) fi
bool isNear;
#else
#define isWorkHere(t) false
#define BEGIN_WORK(t)
#define FINISH_WORK(t) from[B]!Taken,far(t)
#endif
#ifdef BAD_CODE_FIRST
#define GIVE_FIRST assert(given[v] == 0); give(v)
#define ANSWER(t) if :: hasReaderA -> toA!v :: else fi; saidTaken[v]++; finish(t)
#else
#define GIVE_FIRST
#define ANSWER(t) answer(t)
#endif

#define isOwed(v) (place[v] == HELD || place[v] == ON_LINK || (place[v] == AT_S && state[v] != unknown && state[v] != ended))

proctype Receiver(byte polls; byte timeouts; byte deaths; bool willClose; bool willStop) {
  byte t, v, guard, attempt;
  mtype what;
end:
  do
  TASK(0)
#if TASKS > 1
  TASK(1)
#endif
  :: atomic { isB == READY && nempty(toB) ->
       isB = LINKED;
       askBack(0);
#if TASKS > 1
       askBack(1);
#endif
       if :: isOnlyAtS(0) || isOnlyAtS(TASKS - 1) -> leaveB() :: else fi;
       goOnB() }
#ifdef BAD_TAKES_AHEAD
  :: atomic { isB == LINKED && nempty(toB) && hasReaderA -> toB?v; saidTaken[v]++; toA!v; v = 0 }
#endif
  :: atomic { (isB == READY || isB == LINKED) && isEndForB -> leaveB(); goOnB() }
  :: atomic { fate[B] == ALIVE && nempty(to[B]) -> to[B]?what,t,guard,attempt,v;
       if
       :: what == Meet ->
          t = 0; v = 0;
          assert(isB == RELAYED && !hasB);
          if
          :: hasS && !isReceiverClosing -> isB = READY; hasB = true; from[B]!Met,0
          :: else -> from[B]!Parted,0
          fi
       :: what == Part -> t = 0; v = 0; leaveB(); goOnB()
       :: what == Withdrawn ->
          t = t - far(0); v = 0;
          assert(stands[t] == ASKED_BACK || kind[t] == POLL || isTimedOut[t]);
          if
          :: isTimedOut[t] -> finish(t)
          :: stands[t] == ASKED_BACK && (isB == RELAYED || isB == READY) -> offerB(t)
          :: stands[t] == ASKED_BACK && isB != RELAYED && isB != READY -> stands[t] = OWN
          :: else -> finish(t)
          fi;
          goOnB()
       :: what == Deliver ->
          t = t - far(0);
          assert(stands[t] == STANDS_AT_S || stands[t] == ASKED_BACK);                   /* R6 */
          assert(given[v] < attempt);                                                    /* R7 */
          give(v);
          if :: v >= SENDS -> sure = 0 :: else fi;
          if
          :: kind[t] == EXTENDED && v < SENDS -> work[t] = v + 1; stands[t] = NOWHERE
          :: else -> saidTaken[v]++; from[B]!Taken,far(t); finish(t)
          fi;
          v = 0;
          goOnB()
       :: what == FailedEnded || what == FailedBroken ->
          t = t - far(0); v = 0;
          assert(guard == RECEIVE(0) && (what == FailedEnded) == isClosed);              /* R9 */
          assert(!isOwed(0) && !isOwed(SENDS / 2) && !isOwed(SENDS - 1));                /* R9 */
#ifndef BAD_END_OVERTAKES
          giveAnswered();
#endif
          toldEnd++;
          finish(t);
#ifndef BAD_FAILED_STAYS
          leaveB();
#endif
          goOnB()
       fi;
       what = 0; t = 0; guard = 0; attempt = 0 }
  :: atomic { willClose && fate[B] == ALIVE && kind[0] == NOTHING && kind[TASKS - 1] == NOTHING && !isReceiverClosing ->
       isReceiverClosing = true;
       if
       :: isB == RELAYED -> isReceiverClosed = true; from[B]!Close,RECEIVE(0)
       :: else -> leaveB(); goOnB()
       fi }
  :: atomic { willStop && fate[B] == ALIVE && kind[0] == NOTHING && kind[TASKS - 1] == NOTHING && !hasStopped -> hasStopped = true }
  :: atomic { fate[B] == ALIVE && deaths > 0 ->
       deaths--;
#ifdef LAST_DEATH
       if :: willReturn[B] = false :: willReturn[B] = true fi;
#endif
       fate[B] = FAILED;
       do
       :: t < TASKS -> work[t] = 0; answering[t] = 0; finish(t); t++
       :: else -> break
       od;
       t = 0;
#ifdef DESCENDANT
       if :: hasB -> hasHeir[B] = true :: else fi;
#endif
       isB = RELAYED; hasB = false; drain(toB); isReceiverClosing = isReceiverClosed; sure = 0 }
  :: atomic { left[B] && willReturn[B] -> left[B] = false; fate[B] = ALIVE;
       ends[B] = (isReceiverClosed -> RECEIVE(1) : RECEIVE(0) | RECEIVE(1)) }
  od
}

/* ── somebody else ── */

#if PARTIES > 2
bool isServed;
#ifdef BAD_LOOKS_LATER
#define COUNTED
#else
#define COUNTED isBroken = (phase != NO_LINK)
#endif
proctype Third() {
  byte v;
end:
#ifdef CLONE_SENDS
  atomic { senders[0] > 0 && receivers[0] > 0 -> senders[0]++; ends[C] = SEND(0); COUNTED };
end1:
  atomic { guards[theirs] = SEND(0); from[C]!Offer,theirs; from[C]!Close,SEND(0) };
end2:
  atomic { nempty(to[C]) ->
    if :: to[C]?Completed,_,_,_,_ :: to[C]?FailedEnded,_,_,_,_ :: to[C]?FailedBroken,_,_,_,_ fi; isServed = true }
#elif defined(CLONE_RECEIVES)
  atomic { senders[0] > 0 && receivers[0] > 0 -> receivers[0]++; ends[C] = RECEIVE(0); COUNTED };
end1:
  atomic { guards[theirs] = RECEIVE(0); from[C]!Offer,theirs };
end2:
  atomic { nempty(to[C]) ->
    if
    :: to[C]?Deliver,_,_,_,v -> give(v); saidTaken[v]++; from[C]!Taken,theirs
    :: to[C]?FailedEnded,_,_,_,_
    :: to[C]?FailedBroken,_,_,_,_
    fi;
    isServed = true; from[C]!Close,RECEIVE(0); v = 0 }
#else
  atomic { guards[theirs] = SEND(1); from[C]!Offer,theirs };
end1:
  atomic { nempty(to[C]) -> to[C]?Completed,_,_,_,_; isServed = true }
#endif
}
#endif

/* ── S, besides its arbiter ── */

#define isOneEach (senders[0] == 1 && receivers[0] == 1 && (ends[A] & SEND(0)) && (ends[B] & RECEIVE(0)) && !left[A] && !left[B])
#define outlives(v) (state[v] == stored || state[v] == lent)
#ifdef BAD_NOT_EMPTY
#define isOfNoDead true
#else
#define isOfNoDead (!outlives(0) && !outlives(SENDS / 2) && !outlives(SENDS - 1))
#endif
#if defined(CLONE_SENDS) && !defined(BAD_OF_OTHERS)
#define isOfNoOther (state[theirs] == unknown || state[theirs] == ended)
#else
#define isOfNoOther true
#endif
#define isClear (isOfNoDead && isOfNoOther)
#ifdef BAD_NOT_PARTED
#define isToPart false
#else
#define isToPart (!isOneEach || isBroken)
#endif
#ifdef BAD_UNTOLD
#define isAOver false
#else
#define isAOver true
#endif

proctype Matchmaker(byte meets; byte parts) {
end:
  do
  :: atomic { phase == NO_LINK && meets > 0 && isOneEach && isClear ->
       meets--; phase = TOLD_B; hasS = true; isOver[A] = isAOver; isOver[B] = false;
       say(B, Meet) }
  /* Another look: much may have happened since. */
  :: atomic { phase == B_IS_THERE && !isParting && !isToPart ->
       if
       :: isClear -> phase = TOLD_A; isTold = true; isOver[A] = false; say(A, Meet)
       :: else -> sayPart(); lookAtLink()
       fi }
  :: atomic { phase != NO_LINK && !isParting && isToPart -> sayPart(); lookAtLink() }
  :: atomic { phase != NO_LINK && !isParting && !isToPart && parts > 0 -> parts--; sayPart(); lookAtLink() }
  od
}

init {
  byte v, recalls, senderDies, receiverDies, meets, parts, polls, timeouts;
  bool senderCloses, receiverCloses, willStop;
  d_step {
    table();
    senders[0] = 1; receivers[0] = 1; senders[1] = 1; receivers[1] = 2;
    ends[A] = SEND(0) | RECEIVE(1); ends[B] = RECEIVE(0) | RECEIVE(1);
#if PARTIES > 2
    ends[C] = SEND(1);
#endif
    willReturn[A] = true; willReturn[B] = true
  };
  atomic {
    /* Not all that may happen has to. */
    if :: recalls = 0 :: recalls = RECALLS fi;
    if :: senderDies = 0 :: senderDies = SENDER_DIES fi;
    if :: receiverDies = 0 :: receiverDies = RECEIVER_DIES fi;
    if :: meets = 1 :: meets = MEETS fi;
    if :: parts = 0 :: parts = PARTS fi;
#ifdef CLOSES
    if :: senderCloses = true :: true fi;
#endif
#ifdef RECEIVER_CLOSES
    if :: receiverCloses = true :: true fi;
#endif
#ifdef STOPS
    if :: willStop = true :: true fi;
#endif
    polls = POLLS; timeouts = TIMEOUTS;
    run Sender(recalls, senderDies, senderCloses);
    run Receiver(polls, timeouts, receiverDies, receiverCloses, willStop);
    run Supervisor();
    run Matchmaker(meets, parts);
#if PARTIES > 2
    run Third();
#endif
    recalls = 0; senderDies = 0; receiverDies = 0; meets = 0; parts = 0; senderCloses = 0; receiverCloses = 0;
    polls = 0; timeouts = 0; willStop = 0
  };
end:
  timeout;
  do
  :: v < SENDS ->
     assert(place[v] == OVER || place[v] == LEFT || hasStopped ||
            (place[v] == NOT_YET && (fate[A] != ALIVE || isClosing)));                    /* R4 */
     assert(place[v] != LEFT || given[v] == 0 || saidTaken[v] == 1 || hasStopped || isReceiverClosed ||
            (state[v] == stored && fate[B] != ALIVE) || !willReturn[B]);                  /* R8 */
     v++
  :: else -> break
  od;
#ifdef CLONE_RECEIVES
  assert(isServed || (!isAny(HELD) && !isAny(AT_S) && !isAny(ON_LINK)));                  /* R4 */
#elif defined(CLONE_SENDS)
  assert(isServed || hasStopped);                                                         /* R4 */
#endif
  assert(is != LEAVING && isB != LEAVING && (!isParting || phase == NO_LINK));            /* R4 */
  assert(fate[B] != ALIVE || isReceiverClosed || toldEnd > 0 || hasStopped ||
         (!isClosed && fate[A] == ALIVE))                                                 /* R9 */
}
