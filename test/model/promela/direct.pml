/*
 * A channel whose two ends are each in one process: A sends, B receives, and the two talk directly, on a link of
 * their own, for as long as the supervisor S lets them. B's process has an arbiter, the same as that of S, and on
 * the direct link B is to A what S is. So the channel is there twice: as channel 0 at S, and as channel 2 at B.
 * Channel 1 is another one at S, on which somebody else may send to B once (ANOTHER); channel 3 is inside B.
 *
 * A has up to SENDS plain sends under way at once; TIMERS of them are recalled. B's code receives again and again,
 * RECEIVES receives at once, each in one of the ways of KINDS: plainly (1), on channel 1 as well (2), extended (4),
 * so that the value stays in hand for as long as the code likes. With LOCAL the first task receives inside the
 * process, too, and a second one sends there, or receives on channel 1, LOCAL times. S says `link` and `unlink` at
 * any moment, CHANGES times in all. A dies SENDER_DIES times, B RECEIVER_DIES times, at any point; each is started
 * again, with LAST_DEATH perhaps not. With CLOSES A may close its end, with RECEIVER_CLOSES B. Not all of this has
 * to happen. B's code asks the arbiter of its process without any delay; links are in order, but know no order
 * among each other.
 *
 * The protocol, and the rule that is broken to see that it is needed:
 *   `link` counts when A has nothing outstanding at S; then A writes the mark `on`        BAD_LINK_AT_ONCE
 *   S says it only when nothing at the channel is of a dead sender                        BAD_LINK_NOT_EMPTY
 *   leaving, A holds new sends back,                                                      BAD_NEW_AT_ONCE
 *      asks for what is outstanding, the last first,                                      BAD_FIRST_FIRST
 *      waits for all answers, writes `off`,                                               BAD_EACH
 *      and offers at S what it has back, in order                                         BAD_LAST_FIRST
 *   B places its receives by the marks, not by what S says,                               BAD_NEWS
 *      those that wait already, too,                                                      BAD_NOT_REPLACED
 *      but not one that is free for a partner at B: that one when it is released          BAD_FREE_MOVES
 *   what is at S, too, is asked back before something becomes of it at B                  BAD_NOT_ASKED
 *   extended receives are at S only,                                                      BAD_WORK_DIRECT
 *      and S is told to say `unlink`                                                      BAD_NO_RELAY
 *   B writes `completed` before its code has the value                                    BAD_SAID_LATER
 *   B is dead for A when S has said so                                                    BAD_END_FIRST
 *      and the direct link was read to its end                                            BAD_GONE_FIRST
 *   A says `close` when it has left, and closes the direct link                           BAD_CLOSE_OVERTAKES
 *   B's code hears of the end of the channel only after that of the direct link           BAD_END_OVERTAKES
 *
 *   R1  a send is completed when its value was taken
 *   R2  a value is said to be taken once
 *   R3  the first deliveries are in the order of the sends, wherever they were offered
 *   R4  outcomes are true, and everything has one: nothing waits at S for what waits at B
 *   R6  a receive has one effect, at S or at B
 *   R7  what a dead receiver was not given goes to the next, what it took does not
 *   R8  what code had outlives its sender
 *   R9  the end of the channel is told when nothing can come any more, on any link, and then always
 */
#ifndef SENDS
#define SENDS 2
#endif
#ifndef LOCAL
#define LOCAL 0
#endif
#ifndef RECEIVES
#define RECEIVES 1
#endif
#if LOCAL
#define TASKS 2
#else
#define TASKS RECEIVES
#endif
#ifndef KINDS
#define KINDS 3
#endif
#ifndef CHANGES
#define CHANGES 2
#endif
#ifndef TIMERS
#define TIMERS 0
#endif
#ifndef SENDER_DIES
#define SENDER_DIES 0
#endif
#ifndef RECEIVER_DIES
#define RECEIVER_DIES 0
#endif

/* Who speaks on which link. */
#define A 0            /* A to S */
#define B 1            /* B to S */
#define DIRECT 2       /* A to B */
#define CODE 3         /* B's code to the arbiter of its process */
#define OTHER 4        /* sends on channel 1 */
#define PARTIES 5

/* Operations: a send at S and on the direct link, a receive at S and at B. */
#define direct(v) (SENDS + (v))
#define far(t) (2 * SENDS + (t))
#define near(t) (2 * SENDS + TASKS + (t))
#define theOthers (2 * SENDS + 2 * TASKS)
#define N (theOthers + 1)
#define owner(x) \
  ((x) < SENDS -> A : ((x) < 2 * SENDS -> DIRECT : ((x) < near(0) -> B : ((x) < theOthers -> CODE : OTHER))))

#define CHANNELS 4
#define CAPACITY 0
#define MAX_ATTEMPTS 4
#define OWED 8
#define USED_AGAIN
#define SHARED
#define mayOutlive true
#define isQuiet (!isToArrange && empty(from[CODE]) && empty(to[CODE]))
#define mayRead(p) (!isToArrange && ((p) == CODE || isQuiet))

mtype = { On, Off, LinkEnd, Link, Unlink, Gone, Parted, Relay };

bool isToArrange;     /* B's code is to look where its operations belong; nothing else happens before */
bool isLinkDown[2];   /* S's view: that side of the direct link is not, or no more, in use */
bool isLinked;        /* S said `link` last */
bool isRelayed;       /* B asked for the channel to stay at S */
bool willReturn[2];   /* the stage is started again */

/* The marks reach B's code through its arbiter, in order with the offers; S notes what it is told. */
#define moreMessages \
  :: said == On || said == Off -> to[CODE]!said,0,0,0,NONE \
  :: said == Parted -> isLinkDown[party] = true \
  :: said == Relay -> isRelayed = true

/* A process is dead, and all that it said has been heard. Of the direct link: B has read it to its end. */
#define isReplaced(p) true
#define replace(p) \
  if \
  :: p == DIRECT -> ends[DIRECT] = 0; to[CODE]!LinkEnd,0,0,0,NONE \
  :: p == B -> \
     if :: !isLinkDown[A] && !left[A] -> to[A]!Gone,0,0,0,NONE :: else fi; \
     isLinkDown[B] = true; isRelayed = false; isLinked = false; \
     if :: willReturn[B] -> ends[B] = 0 :: else fi \
  :: p == A -> isLinkDown[A] = true; isLinked = false; if :: willReturn[A] -> ends[A] = 0 :: else fi \
  :: else \
  fi
#include "arbiter.pml"

byte given[SENDS], saidTaken[SENDS];
byte place[SENDS];
#define NOT_YET 0
#define AT_S 1
#define AT_B 2
#define HELD 3        /* withdrawn, to be offered at S again */
#define OVER 4
#define LEFT 5        /* its sender is dead */
byte incarnation;     /* the first send of the present incarnation of A */
byte lastGiven;       /* of that, the last that was delivered for the first time, plus 1 */
byte toldEnd;         /* how often: code may ask again */
bool isReceiverClosed;

inline give(v) {
  assert(saidTaken[v] == 0);                                                       /* R2 */
  assert(toldEnd == 0);                                                             /* R9 */
  if
  :: given[v] == 0 && v >= incarnation -> assert(v >= lastGiven); lastGiven = v + 1   /* R3 */
  :: else
  fi;
  given[v]++
}

/* ── A ── */

#define RELAYED 0
#define LINKED 1
#define LEAVING 2
byte is;
byte next;
bool isTold;          /* S said `link` last */
bool isGone;          /* S said that B is dead */
bool isClosing, hasSaidClose, isClosed;
bool hasLink;         /* this incarnation has a direct link */
bool isAsked[SENDS], isTimed[SENDS];

#define isOut(where) (place[0] == where || place[SENDS / 2] == where || place[SENDS - 1] == where)

inline sayDirect(what, x) { if :: left[DIRECT] || !hasLink :: else -> from[DIRECT]!what,x fi }
inline offerAt(v, where) {
  place[v] = where; isAsked[v] = false;
  if
  :: where == AT_S -> guards[v] = SEND(0); from[A]!Offer,v
  :: else -> if :: left[DIRECT] || !hasLink :: else -> guards[direct(v)] = SEND(2); from[DIRECT]!Offer,direct(v) fi
  fi
}
inline askBack(v) {
  if
  :: place[v] == AT_B && !isAsked[v] -> isAsked[v] = true; sayDirect(WithdrawTentatively, direct(v))
  :: else
  fi
}
inline offerHeld() {
#ifdef BAD_LAST_FIRST
  v = SENDS; do :: v > 0 -> v--; if :: place[v] == HELD -> offerAt(v, AT_S) :: else fi :: else -> break od
#else
  v = 0;
  do
  :: v < SENDS -> if :: place[v] == HELD -> offerAt(v, AT_S) :: else fi; v++
  :: else -> break
  od;
  v = 0
#endif
}
inline over(v) { place[v] = OVER; isAsked[v] = false; isTimed[v] = false }

#ifdef BAD_LINK_AT_ONCE
#define mayLink true
#else
#define mayLink (!isOut(AT_S))
#endif
#ifdef BAD_GONE_FIRST
#define isAtEnd true
#else
#define isAtEnd empty(to[DIRECT])
#endif
#ifdef BAD_END_FIRST
#define isOfDead (isGone || (fate[B] != ALIVE && isOut(AT_B)))
#else
#define isOfDead isGone
#endif
#ifdef BAD_NEW_AT_ONCE
#define maySend true
#else
#define maySend (is != LEAVING)
#endif

proctype Sender(byte timers; byte deaths; bool willClose) {
  byte v, attempt;
  mtype what;
end:
  do
  :: atomic { isQuiet && fate[A] == ALIVE && next < SENDS && !isClosing && maySend ->
       if :: is == LINKED -> offerAt(next, AT_B) :: else -> offerAt(next, AT_S) fi; next++ }
  :: atomic { isQuiet && fate[A] == ALIVE && is == RELAYED && isTold && !isClosing && mayLink ->
       is = LINKED; sayDirect(On, 0) }
  :: atomic { isQuiet && is == LINKED && (!isTold || isClosing) ->
       is = LEAVING;
#ifdef BAD_FIRST_FIRST
       v = 0; do :: v < SENDS -> askBack(v); v++ :: else -> break od; v = 0
#else
       v = SENDS; do :: v > 0 -> v--; askBack(v) :: else -> break od
#endif
#ifdef BAD_CLOSE_OVERTAKES
       ; if :: isClosing -> hasSaidClose = true; from[A]!Close,SEND(0) :: else fi
#endif
     }
  :: atomic { isQuiet && is == LEAVING && !isOut(AT_B) ->
       is = RELAYED; sayDirect(Off, 0); offerHeld() }
  :: atomic { isQuiet && isClosing && is == RELAYED && !isClosed ->
       isClosed = true;
       if :: !hasSaidClose -> from[A]!Close,SEND(0) :: else fi;
       if :: !left[DIRECT] -> fate[DIRECT] = ENDED_WELL :: else fi }
  :: atomic { isQuiet && isOfDead && isAtEnd ->
       isGone = false; isTold = false; hasLink = false; is = RELAYED;
       v = 0;
       do
       :: v < SENDS ->
          if
          :: place[v] == AT_B && isTimed[v] -> over(v)
          :: place[v] == AT_B && !isTimed[v] -> place[v] = HELD
          :: else
          fi;
          v++
       :: else -> break
       od;
       offerHeld();
       from[A]!Parted,0 }
  :: atomic { isQuiet && timers > 0 && (isOut(AT_S) || isOut(AT_B)) ->
       timers--;
       if :: v = 0 :: v = SENDS - 1 fi;
       if
       :: place[v] == AT_S -> isTimed[v] = true; from[A]!Withdraw,v
       :: place[v] == AT_B ->
          isTimed[v] = true;
          if :: !isAsked[v] -> sayDirect(Withdraw, direct(v)); isAsked[v] = true :: else fi
       :: place[v] == HELD -> over(v)
       :: else
       fi;
       v = 0 }
  :: atomic { isQuiet && fate[A] == ALIVE && nempty(to[A]) -> to[A]?what,v,_,attempt,_; goto heard }
  :: atomic { isQuiet && nempty(to[DIRECT]) && hasLink && fate[A] == ALIVE ->
       to[DIRECT]?what,v,_,attempt,_;
       v = v - SENDS; assert(place[v] == AT_B); goto heard }
  :: atomic { isQuiet && willClose && fate[A] == ALIVE && !isClosing -> isClosing = true }
  :: atomic { isQuiet && deaths > 0 && fate[A] == ALIVE && !isClosed ->
       deaths--;
#ifdef LAST_DEATH
       if :: willReturn[A] = false :: willReturn[A] = true fi;
#endif
       v = 0;
       do
       :: v < SENDS ->
          if :: place[v] != NOT_YET && place[v] != OVER -> over(v); place[v] = LEFT :: else fi;
          v++
       :: else -> break
       od;
       v = 0; is = RELAYED; isTold = false; isGone = false; hasLink = false; isClosing = false; hasSaidClose = false;
       incarnation = next; lastGiven = 0;
       fate[A] = FAILED;
       if :: !left[DIRECT] -> fate[DIRECT] = FAILED :: else fi }
  :: atomic { isQuiet && left[A] && willReturn[A] -> left[A] = false; fate[A] = ALIVE; ends[A] = SEND(0) }
  od;
heard: atomic {
  if
  :: what == Link -> isTold = !isClosing; v = 0
  :: what == Unlink -> isTold = false; v = 0
  :: what == Gone -> isGone = true; v = 0
  :: what == Late
  :: what == Completed -> assert(saidTaken[v] == 1); over(v)                          /* R1 */
  :: what == Withdrawn ->
     assert(saidTaken[v] == 0 && given[v] <= attempt);                                /* R4 */
     if
     :: isTimed[v] -> over(v)
     :: else ->
        assert(is == LEAVING);
#ifdef BAD_EACH
        offerAt(v, AT_S)
#else
        place[v] = HELD
#endif
     fi
  :: what == FailedEnded -> assert(saidTaken[v] == 0 && isReceiverClosed); over(v)     /* R4 R9 */
  :: what == FailedBroken -> assert(saidTaken[v] == 0 && !willReturn[B] && fate[B] == FAILED); over(v)
  fi;
  what = 0; v = 0; attempt = 0; goto end }
}

/* ── B ── */

#define NOTHING 0
#define PLAIN 1
#define SELECT 2
#define EXTENDED 3
byte kind[TASKS];     /* what its code does */
#define NO 0          /* not offered there */
#define OFFERED 1
#define SHARED_OFFER 2   /* only near: somebody else has to be asked first */
#define ASKED_BACK 3
#define FREED 4       /* only near */
byte atS[TASKS], atB[TASKS];
byte guardsAtS[TASKS];
bool isDone[TASKS];   /* it has had its effect, and waits for its withdrawal at B's own arbiter */
bool isBarred[TASKS]; /* S said that the channel is at its end, but the direct link is not */
byte work[TASKS];     /* what is in hand, plus 1 */
bool isNear[TASKS];   /* it came on the direct link: only where a rule is broken */
bool isOn;            /* the last mark */
bool isMet;           /* there is a direct link, not yet at its end */
bool hasSaidRelay;

#ifdef BAD_WORK_DIRECT
#define isForS(t) false
#else
#define isForS(t) (kind[t] == EXTENDED)
#endif
#define mustBeAtS(t) (kind[t] == EXTENDED && isForS(t))
/* Where an operation belongs. */
#if LOCAL
#define othersAtS(t) (t == 1 -> RECEIVE(1) : 0)
#define othersAtB(t) (t == 1 -> SEND(3) : RECEIVE(3))
#define isOfChannel0(t) (t == 0)
#else
#define othersAtS(t) (kind[t] == SELECT -> RECEIVE(1) : 0)
#define othersAtB(t) 0
#define isOfChannel0(t) true
#endif
#define wantAtS(t) (othersAtS(t) | (isOfChannel0(t) && (!isOn || isForS(t)) && !isBarred[t] -> RECEIVE(0) : 0))
#define wantAtB(t) (othersAtB(t) | (isOfChannel0(t) && isOn && !isForS(t) -> RECEIVE(2) : 0))

/* It waits for its partner at B, who may have to ask S first. */
#ifdef BAD_FREE_MOVES
#define isFree(t) false
#else
#define isFree(t) (atB[t] == FREED)
#endif

inline askNear(t) { atB[t] = ASKED_BACK; from[CODE]!Withdraw,near(t) }

/* Offers it where it belongs. What it wants at S besides is no harm there; what is missing is. */
inline arrange(t) {
  if
  :: kind[t] == NOTHING || isDone[t] || work[t] != 0 || atB[t] == ASKED_BACK || isFree(t)
  :: (atB[t] == OFFERED || atB[t] == SHARED_OFFER) &&
     (guards[near(t)] != wantAtB(t) || (atB[t] == OFFERED && wantAtS(t) != 0)) -> askNear(t)
  :: else ->
     if
     :: atS[t] == OFFERED && (wantAtS(t) & ~guardsAtS[t]) != 0 ->
        atS[t] = ASKED_BACK; from[B]!WithdrawTentatively,far(t)
     :: atS[t] == NO && wantAtS(t) != 0 ->
        guardsAtS[t] = wantAtS(t); guards[far(t)] = wantAtS(t); atS[t] = OFFERED; from[B]!Offer,far(t)
     :: else
     fi;
     if
     :: atB[t] == NO && wantAtB(t) != 0 && atS[t] != ASKED_BACK ->
        guards[near(t)] = wantAtB(t);
        if
#ifdef BAD_NOT_ASKED
        :: true -> atB[t] = OFFERED; from[CODE]!Offer,near(t)
#else
        :: atS[t] == NO -> atB[t] = OFFERED; from[CODE]!Offer,near(t)
        :: else -> atB[t] = SHARED_OFFER; from[CODE]!OfferShared,near(t)
#endif
        fi
     :: else
     fi
  fi
}

inline finish(t) {
  kind[t] = NOTHING; isDone[t] = false; isBarred[t] = false; guardsAtS[t] = 0
}

/* It had its effect at S. */
inline finishNear(t) {
  if
  :: atB[t] == OFFERED || atB[t] == SHARED_OFFER -> isDone[t] = true; askNear(t)
  :: atB[t] == ASKED_BACK -> isDone[t] = true
  :: else -> finish(t)
  fi
}

/* What was offered at S is back. */
inline backFromS(t) {
  atS[t] = NO; guardsAtS[t] = 0;
  if
  :: atB[t] == SHARED_OFFER && state[near(t)] == asked && wantAtB(t) == guards[near(t)] ->
     atB[t] = FREED; from[CODE]!Free,near(t)
  :: else -> isToArrange = true
  fi
}

inline sayRelay() {
  if
#ifdef BAD_NO_RELAY
  :: true
#endif
  :: !hasSaidRelay -> hasSaidRelay = true; from[B]!Relay,0
  :: else
  fi
}

#define BEGIN(t) \
  :: atomic { isQuiet && fate[B] == ALIVE && kind[t] == NOTHING && !isReceiverClosed && toldEnd < 2 && \
       (!LOCAL || t == 0 || locals > 0) -> \
       if :: LOCAL && t == 1 -> locals-- :: else fi; \
       if \
       :: (KINDS & 1) -> kind[t] = PLAIN \
       :: (KINDS & 2) -> kind[t] = SELECT \
       :: (KINDS & 4) && !(LOCAL && t == 1) -> kind[t] = EXTENDED; if :: isOn && isForS(t) -> sayRelay() :: else fi \
       fi; \
       isToArrange = true } \
  :: atomic { isQuiet && work[t] != 0 -> \
       saidTaken[work[t] - 1]++; assert(saidTaken[work[t] - 1] == 1);                    /* R2 */ \
       if :: isNear[t] -> from[CODE]!Taken,near(t) :: else -> from[B]!Taken,far(t) fi; \
       work[t] = 0; isNear[t] = false; finish(t) }

#ifdef BAD_NOT_REPLACED
#define mayMove false
#else
#define mayMove true
#endif
#ifdef BAD_SAID_LATER
#define isSaidLater true
#else
#define isSaidLater false
#endif
#ifdef BAD_END_OVERTAKES
#define isEndHeldBack false
#else
#define isEndHeldBack isMet
#endif

inline forgetAll() {
  v = 0;
  do
  :: v < N ->
     if
     :: (owner(v) == DIRECT || owner(v) == CODE) && state[v] != unknown -> vanish(v)
     :: else
     fi;
     if :: owner(v) == DIRECT -> guards[v] = 0 :: else fi;
     v++
  :: else -> break
  od;
  vanishChannel(2);
  vanishChannel(3);
  do :: nempty(from[DIRECT]) -> from[DIRECT]?_,_ :: empty(from[DIRECT]) -> break od;
  left[DIRECT] = true; fate[DIRECT] = ALIVE;
  v = 0;
  do
  :: v < TASKS -> atS[v] = NO; atB[v] = NO; work[v] = 0; isNear[v] = false; finish(v); v++
  :: else -> break
  od;
  isOn = false; isMet = false; hasSaidRelay = false; v = 0
}

proctype Receiver(byte deaths; bool willClose) {
  byte t, v, guard, locals = LOCAL;
  mtype what;
end:
  do
  BEGIN(0)
#if TASKS > 1
  BEGIN(1)
#endif
  :: atomic { isToArrange ->
       isToArrange = false;
       do
       :: t < TASKS -> arrange(t); t++
       :: else -> break
       od;
       t = 0 }
  /* what the arbiter of its process says, at once */
  :: atomic { !isToArrange && nempty(to[CODE]) -> to[CODE]?what,t,_,_,v ->
       if
       :: what == On || what == Off || what == LinkEnd ->
#ifndef BAD_NEWS
          isOn = (what == On);
#endif
          if
          :: what == LinkEnd -> isMet = false; isBarred[0] = false; isBarred[TASKS - 1] = false; from[B]!Parted,0
          :: what == On && (mustBeAtS(0) || mustBeAtS(TASKS - 1)) -> sayRelay()
          :: else
          fi;
          if :: mayMove -> isToArrange = true :: else fi
       :: what == Completed -> assert(t == near(1) && atB[1] == FREED && atS[1] == NO); atB[1] = NO; finish(1)
       :: else ->
          t = t - near(0);
          if
          :: what == Ask && atB[t] == SHARED_OFFER && atS[t] == NO -> atB[t] = FREED; from[CODE]!Free,near(t)
          :: what == Ask && atB[t] == SHARED_OFFER && atS[t] == OFFERED ->
             atS[t] = ASKED_BACK; from[B]!WithdrawTentatively,far(t)
          :: what == Ask && (atB[t] != SHARED_OFFER || atS[t] == ASKED_BACK)
          :: what == Released -> assert(atB[t] == FREED); atB[t] = SHARED_OFFER; isToArrange = true
          :: what == Withdrawn ->
             assert(atB[t] == ASKED_BACK); atB[t] = NO;
             if :: isDone[t] -> finish(t) :: else -> isToArrange = true fi
          :: what == Deliver ->
             assert((atB[t] == OFFERED || atB[t] == FREED) && atS[t] == NO);              /* R6 */
             if
             :: v >= 2 * SENDS -> atB[t] = NO; finish(t); from[CODE]!Taken,near(t)
             :: else ->
                v = v - SENDS;
                give(v);
                if
                :: kind[t] == EXTENDED || isSaidLater -> atB[t] = NO; work[t] = v + 1; isNear[t] = true
                :: else -> saidTaken[v]++; atB[t] = NO; finish(t); from[CODE]!Taken,near(t)
                fi
             fi
          fi
       fi;
       what = 0; t = 0; v = 0 }
  /* what the supervisor says */
  :: atomic { isQuiet && fate[B] == ALIVE && nempty(to[B]) -> to[B]?what,t,guard,_,v;
       t = t - far(0);
       if
#ifdef BAD_NEWS
       :: what == Link || what == Unlink -> t = 0; isOn = (what == Link); isToArrange = true
#endif
       :: what == Withdrawn -> assert(atS[t] == ASKED_BACK); backFromS(t)
       :: what == Deliver ->
          assert(atS[t] != NO && !isDone[t] && atB[t] != FREED);                          /* R6 */
          atS[t] = NO;
          if
          :: v == theOthers -> from[B]!Taken,far(t); finishNear(t)
          :: v != theOthers && kind[t] == EXTENDED ->
             give(v); work[t] = v + 1;
             if :: atB[t] == SHARED_OFFER -> askNear(t) :: else fi
          :: v != theOthers && kind[t] != EXTENDED -> give(v); saidTaken[v]++; from[B]!Taken,far(t); finishNear(t)
          fi
       :: what == FailedEnded || what == FailedBroken ->
          assert(guard == RECEIVE(0));
          if
          :: isEndHeldBack -> isBarred[t] = true; backFromS(t)
          :: else ->
             assert((what == FailedEnded) == isClosed);                                    /* R9 */
             atS[t] = NO; toldEnd++; finishNear(t)
          fi
       fi;
       what = 0; t = 0; v = 0; guard = 0 }
  :: atomic { isQuiet && willClose && fate[B] == ALIVE && kind[0] == NOTHING && kind[TASKS - 1] == NOTHING &&
       !isReceiverClosed -> isReceiverClosed = true; from[B]!Close,RECEIVE(0) }
  :: atomic { isQuiet && fate[B] == ALIVE && deaths > 0 ->
       deaths--;
#ifdef LAST_DEATH
       if :: willReturn[B] = false :: willReturn[B] = true fi;
#endif
       fate[B] = FAILED;
       forgetAll() }
  :: atomic { isQuiet && left[B] && willReturn[B] -> left[B] = false; fate[B] = ALIVE;
       ends[B] = (isReceiverClosed -> RECEIVE(1) : RECEIVE(0) | RECEIVE(1)) }
  od
}

/* ── S, besides its arbiter ── */

#ifdef BAD_LINK_NOT_EMPTY
#define isEmptyAtS true
#else
#define outlives(v) (state[v] == stored || state[v] == lent)
#define isEmptyAtS (!outlives(0) && !outlives(SENDS / 2) && !outlives(SENDS - 1))
#endif
#define areApart (isLinkDown[A] && isLinkDown[B])
#ifdef BAD_NEWS
#define tellB(what) to[B]!what,far(0),0,0,NONE
#else
#define tellB(what) skip
#endif

proctype Matchmaker(byte changes) {
end:
  do
  /* Both have opened the direct link, and said so. */
  :: atomic { isQuiet && changes > 0 && areApart && fate[A] == ALIVE && fate[B] == ALIVE &&
       !isClosed && !isReceiverClosed && isEmptyAtS ->
       do :: nempty(to[DIRECT]) -> to[DIRECT]?_,_,_,_,_ :: empty(to[DIRECT]) -> break od;
       isLinkDown[A] = false; isLinkDown[B] = false;
       left[DIRECT] = false; fate[DIRECT] = ALIVE; ends[DIRECT] = SEND(2); isMet = true; hasLink = true }
  :: atomic { isQuiet && changes > 0 && !isLinkDown[A] && !isLinkDown[B] && !isLinked && !isRelayed && !left[A] &&
       isEmptyAtS && (ends[A] & SEND(0)) && (ends[B] & RECEIVE(0)) ->
       changes--; isLinked = true; to[A]!Link,0,0,0,NONE; tellB(Link) }
  :: atomic { isQuiet && isLinked && (changes > 0 || isRelayed || !(ends[B] & RECEIVE(0))) ->
       if :: changes > 0 -> changes-- :: else fi; isLinked = false; to[A]!Unlink,0,0,0,NONE; tellB(Unlink) }
  od
}

proctype Another() {
end:
  atomic { isQuiet -> guards[theOthers] = SEND(1); from[OTHER]!Offer,theOthers };
end1:
  atomic { isQuiet && nempty(to[OTHER]) -> to[OTHER]?Completed,_,_,_,_ }
}

init {
  byte v, timers, senderDies, receiverDies, changes;
  bool senderCloses, receiverCloses;
  d_step {
    table();
    senders[0] = 1; receivers[0] = 1; senders[1] = 1; receivers[1] = 1;
    senders[2] = 1; receivers[2] = 1; senders[3] = 1; receivers[3] = 1;
    ends[A] = SEND(0); ends[B] = RECEIVE(0) | RECEIVE(1); ends[CODE] = RECEIVE(2) | SEND(3) | RECEIVE(3);
    ends[OTHER] = SEND(1);
    isLinkDown[A] = true; isLinkDown[B] = true; willReturn[A] = true; willReturn[B] = true; left[DIRECT] = true
  };
  atomic {
    /* Not all that may happen has to. */
    if :: timers = 0 :: timers = TIMERS fi;
    if :: senderDies = 0 :: senderDies = SENDER_DIES fi;
    if :: receiverDies = 0 :: receiverDies = RECEIVER_DIES fi;
    if :: changes = 1 :: changes = CHANGES fi;
#ifdef CLOSES
    if :: senderCloses = true :: true fi;
#endif
#ifdef RECEIVER_CLOSES
    if :: receiverCloses = true :: true fi;
#endif
    run Sender(timers, senderDies, senderCloses);
    run Receiver(receiverDies, receiverCloses);
    run Supervisor();
    run Matchmaker(changes);
#ifdef ANOTHER
    run Another();
#endif
    timers = 0; senderDies = 0; receiverDies = 0; changes = 0; senderCloses = 0; receiverCloses = 0
  };
end:
  timeout;
  do
  :: v < SENDS ->
     assert(place[v] == OVER || place[v] == LEFT ||
            (place[v] == NOT_YET && (fate[A] != ALIVE || isClosing)));               /* R4 */
     assert(place[v] != LEFT || given[v] == 0 || saidTaken[v] == 1 ||
            (state[v] == stored && fate[B] != ALIVE) || isReceiverClosed || !willReturn[B]);      /* R8 */
     v++
  :: else -> break
  od;
  assert(is != LEAVING && !isGone);
  assert(fate[B] != ALIVE || isReceiverClosed || toldEnd > 0 || (!isClosed && fate[A] == ALIVE))  /* R9 */
}
