/*
 * The arbiter of the supervisor, after src/arbiter/arbiter.ts: an inline here has the name of the method there.
 * Every message that arrives is one step. Included by the models that need it, which say before
 *
 *   N                        how many operations there are in all; 0 to N - 1, growing in each party
 *   PARTIES, owner(x)        who offers them
 *   CAPACITY, MAX_ATTEMPTS   the terms of every channel; DROP_NEWEST or DROP_OLDEST, else it blocks
 *   OWED                     how many messages may wait on one link
 *
 *   USED_AGAIN               the number of an operation may be used again after its ending: a link is in order, so
 *                            that is as good as a new number, and keeps the model small
 *
 * There are two channels. A guard is a bit: 1 and 2 send and receive on channel 0, 4 and 8 on channel 1; which
 * value a send guard carries, is said by its operation. Which of several ready guards is chosen, is left open:
 * that covers both kinds of select. The arbiter breaks off with an assertion where src has a violation.
 */
#include "table.pml"

#define SEND(c) (1 << 2 * (c))
#define RECEIVE(c) (2 << 2 * (c))
#define isSend(guard) (((guard) & 5) != 0)
#define channelOf(guard) ((guard) > 2)
#define NONE N

mtype = { Offer, Withdraw, WithdrawTentatively, Taken, Returned, Refused, Close,
          Deliver, Completed, Late, Withdrawn, FailedEnded, FailedBroken, FailedLost, FailedRefused };

/* What a party says: the message, and the operation (Close: the guard that uses it). */
chan from[PARTIES] = [OWED] of { mtype, byte };
/* What it hears: the message, the operation, the guard, attempts, and whose value. */
chan to[PARTIES] = [OWED] of { mtype, byte, byte, byte, byte };

/* The guards of an operation, and whether it is a poll: written by its party before it offers. */
byte guards[N];
bool poll[N];

/* How each party is doing: the operating system knows. */
#define ALIVE 0
#define ENDED_WELL 1
#define FAILED 2
byte fate[PARTIES];
byte ends[PARTIES];  /* those that it may use, as guards */
bool left[PARTIES];  /* it is dead, and all that it said has been heard */

byte places[N];      /* the guards with which it stands in line */
byte committed[N];
byte attempts[N];
byte held[N];
byte arrival[N];

byte senders[2], receivers[2];
bool senderFailure[2], receiverFailure[2];
byte inHand[2], inHandLent[2];
byte unsettled;      /* a bit for each channel */

/* What becomes of a value that belongs to its channel; a model may watch it. */
#ifndef discarded
#define discarded(x) skip
#endif
/* Counting the ends that a value lists: only one model has such values. */
#ifndef valueOffered
#define valueOffered(x) skip   /* arrives with its send */
#define valueDelivered(x, r) skip
#define valueTaken(x) skip
#define valueBack(x) skip
#define valueDropped(x) skip
#endif

/* Scratch: has no meaning between two steps. */
hidden byte i, c, each, theSend, theReceive, storedHead, sentHead, receiveHead, valueHead, storeLength;
hidden byte wasWaiting, wasLent;

#define tell(x, what, guard, n, v) \
  if :: !left[owner(x)] -> to[owner(x)]!what,x,guard,n,v :: else fi

#ifdef BAD_NEWEST_FIRST
#define first(head) (head == NONE || arrival[i] > arrival[head])
#else
#define first(head) (head == NONE || arrival[i] < arrival[head])
#endif

/* The heads of the lines of a channel; of sends and receives, the first that is not the asker's. */
inline look(ch, asker) {
  storedHead = NONE; sentHead = NONE; receiveHead = NONE; storeLength = 0; i = 0;
  do
  :: i < N ->
     if
     :: state[i] == stored && (places[i] & SEND(ch)) ->
        storeLength++;
        if :: first(storedHead) -> storedHead = i :: else fi
#ifdef BAD_LOSERS_STAY
     :: state[i] != stored && i != asker ->
#else
     :: state[i] == waiting && i != asker ->
#endif
        if :: (places[i] & SEND(ch)) && first(sentHead) -> sentHead = i :: else fi;
        if :: (places[i] & RECEIVE(ch)) && first(receiveHead) -> receiveHead = i :: else fi
     :: else
     fi;
     i++
  :: else -> break
  od;
  if
  :: storedHead != NONE && (sentHead == NONE || arrival[storedHead] < arrival[sentHead]) -> valueHead = storedHead
  :: else -> valueHead = sentHead
  fi
}

#ifdef DROP_OLDEST
#define used(ch) storeLength
#else
#ifdef BAD_FREE_AT_DELIVER
#define used(ch) storeLength
#else
#define used(ch) (storeLength + inHandLent[ch])
#endif
#endif
#define hasRoom(ch) (used(ch) < CAPACITY)
#if defined(DROP_NEWEST) || defined(DROP_OLDEST)
#define neverBlocks (CAPACITY > 0)
#else
#define neverBlocks false
#endif
/* A value that outlives its sender may be in a store that is full. */
#ifndef mayOutlive
#define mayOutlive false
#endif
#ifdef DROP_OLDEST
#define isBounded(ch) (mayOutlive || storeLength <= CAPACITY)
#else
#define isBounded(ch) (mayOutlive || storeLength + inHandLent[ch] <= CAPACITY)
#endif
#define hasValue (storedHead != NONE || sentHead != NONE)
#ifdef BAD_ENDED_WHILE_IN_HAND
#define isExhausted(ch) (senders[ch] == 0 && !hasValue)
#else
#define isExhausted(ch) (senders[ch] == 0 && inHand[ch] == 0 && !hasValue)
#endif

/* ── offers ── */

inline isReady(x, guard, ready) {
  if
  :: guards[x] & (guard) ->
     look(channelOf(guard), NONE);
     if
     :: isSend(guard) && (receivers[channelOf(guard)] == 0 || receiveHead != NONE || hasRoom(channelOf(guard)) || neverBlocks) ->
        ready = ready | (guard)
     :: !isSend(guard) && (hasValue || isExhausted(channelOf(guard))) -> ready = ready | (guard)
     :: else
     fi
  :: else
  fi
}

/* Behind all that the arbiter knows; only the order has a meaning. */
inline queueUp(x) {
  i = 0;
  do
  :: i < N -> if :: i != x && arrival[i] >= arrival[x] -> arrival[x] = arrival[i] + 1 :: else fi; i++
  :: else -> break
  od
}

/* The first half of `offer`: the choice among `ready`, a local variable of the caller, is made before the second. */
inline arrive(x, ready) {
#ifdef USED_AGAIN
  assert(state[x] == unknown || state[x] == ended);
#else
  assert(state[x] == unknown);
#endif
  state[x] = waiting; queueUp(x);
  valueOffered(x);
  isReady(x, 1, ready); isReady(x, 2, ready); isReady(x, 4, ready); isReady(x, 8, ready)
}

inline commit(x, guard) {
  look(channelOf(guard), x);
  if
  :: guard == 0 && poll[x] -> undergo(x, withdraw_final); ending(x, Withdrawn); valueBack(x); forget(x)
  :: guard == 0 && !poll[x] -> places[x] = guards[x]
#ifdef BAD_SELF
  :: guard != 0 && isSend(guard) && (guards[x] & (guard << 1)) -> deliver(x, guard, x, guard << 1)
#endif
  :: guard != 0 && !isSend(guard) && valueHead == NONE -> shutOne(x, guard, channelOf(guard))
  :: guard != 0 && !isSend(guard) && valueHead != NONE -> deliver(valueHead, guard >> 1, x, guard)
  :: guard != 0 && isSend(guard) ->
     if
     :: receivers[channelOf(guard)] == 0 -> shutOne(x, guard, channelOf(guard))
     :: receivers[channelOf(guard)] != 0 && hasRoom(channelOf(guard)) -> keep(x, guard)
     :: receivers[channelOf(guard)] != 0 && !hasRoom(channelOf(guard)) && receiveHead != NONE ->
        deliver(x, guard, receiveHead, guard << 1)
     :: else ->
#ifdef DROP_NEWEST
        committed[x] = guard; undergo(x, drop); ending(x, Completed); discarded(x); valueDropped(x); forget(x)
#else
        keep(x, guard)
#endif
     fi
  fi
}

/* Its one ending. */
inline ending(x, what) { tell(x, what, committed[x], attempts[x], NONE) }

inline forget(x) {
  assert(state[x] == ended);
  places[x] = 0; committed[x] = 0; held[x] = 0; arrival[x] = 0; attempts[x] = 0; guards[x] = 0; poll[x] = false
}

/* ── a value changes hands ── */

inline deliver(s, sendBit, r, receiveBit) {
  wasWaiting = (state[s] == waiting);
  if :: wasWaiting -> committed[s] = sendBit :: else -> inHandLent[channelOf(receiveBit)]++ fi;
  stepOut(s, sendBit); stepOut(r, receiveBit);
  if :: wasWaiting && poll[s] -> undergo(s, match_poll) :: else -> undergo(s, match) fi;
  committed[r] = receiveBit; held[r] = s;
  undergo(r, receive);
  inHand[channelOf(receiveBit)]++;
  tell(r, Deliver, receiveBit, attempts[s] + 1, s);
  valueDelivered(s, r);
  if :: state[s] == recalled -> tell(s, Late, 0, 0, NONE) :: else fi;
#ifdef BAD_COMPLETED_AT_DELIVERY
  if :: state[s] == delivered -> ending(s, Completed) :: else fi
#endif
}

/* `store` in src. */
inline keep(x, guard) {
  stepOut(x, guard);
  committed[x] = guard;
  undergo(x, store);
  ending(x, Completed);
  places[x] = committed[x];
  unsettled = unsettled | (1 << channelOf(guard))
}

inline letGo(r, happening) {
  undergo(r, happening);
  inHand[channelOf(committed[r])]--;
  unsettled = unsettled | (1 << channelOf(committed[r]))
}

inline taken(r) {
  theSend = held[r];
  letGo(r, take); forget(r);
  if
  :: state[theSend] == lent -> inHandLent[channelOf(committed[theSend])]--; undergo(theSend, take)
#ifdef BAD_COMPLETED_AT_DELIVERY
  :: state[theSend] == delivered -> undergo(theSend, take)
#endif
  :: else -> undergo(theSend, take); ending(theSend, Completed)
  fi;
  valueTaken(theSend);
  forget(theSend)
}

inline returned(r) { theSend = held[r]; letGo(r, come_back); forget(r); comeBack(theSend) }

inline refused(r) { theSend = held[r]; letGo(r, exhaust); forget(r); exhausted(theSend, FailedRefused) }

inline comeBack(s) {
  wasLent = (state[s] == lent);
  undergo(s, come_back);
  if
  :: state[s] == ended -> ending(s, Withdrawn); valueBack(s); forget(s)
  :: else ->
     if :: wasLent -> inHandLent[channelOf(committed[s])]-- :: else fi;
#ifdef BAD_TO_THE_BACK
     arrival[s] = 0; queueUp(s);
#endif
     places[s] = committed[s]
  fi
}

/* `exhaust` in src. */
inline exhausted(s, why) {
  wasLent = (state[s] == lent);
  undergo(s, exhaust);
  if
  :: wasLent -> inHandLent[channelOf(committed[s])]--; discarded(s); valueDropped(s)
  :: else -> ending(s, why); valueBack(s)
  fi;
  forget(s)
}

/* ── withdrawals ── */

inline withdraw(x, happening) {
  if
  :: state[x] == unknown || state[x] == ended || state[x] == stored || state[x] == lent ->
#ifdef BAD_UNKNOWN
     tell(x, Withdrawn, 0, 0, NONE)
#else
     skip
#endif
  :: else ->
#ifdef BAD_FORGET
     if
     :: state[x] == delivered -> undergo(x, withdraw_tentative)
     :: else -> undergo(x, happening)
     fi;
#else
     undergo(x, happening);
#endif
     if
     :: state[x] == ended ->
        stepOut(x, committed[x]);
        ending(x, Withdrawn); valueBack(x); forget(x)
#ifndef BAD_SILENT
     :: state[x] == late || state[x] == recalled -> tell(x, Late, 0, 0, NONE)
#endif
     :: else
     fi
  fi
}

/* ── parties and ends come and go ── */

inline gone(p) {
  left[p] = true;
  do :: len(to[p]) > 0 -> to[p]?_,_,_,_,_ :: len(to[p]) == 0 -> break od;
  each = 0;
  do
  :: each < N ->
     if
     :: owner(each) == p && state[each] != unknown && state[each] != ended && state[each] != holding &&
        state[each] != stored && state[each] != lent -> orphan(each)
     :: else
     fi;
     each++
  :: else -> break
  od;
  each = 0;
  do
  :: each < N ->
     if
     :: owner(each) == p && state[each] == holding ->
        theSend = held[each];
        letGo(each, owner_gone); forget(each);
#ifndef BAD_ATTEMPTS
        attempts[theSend]++;
#endif
        if
        :: attempts[theSend] < MAX_ATTEMPTS -> comeBack(theSend)
        :: else -> exhausted(theSend, FailedLost)
        fi
     :: else
     fi;
     each++
  :: else -> break
  od;
}

inline orphan(x) {
  if
  :: state[x] == waiting ->
     stepOut(x, committed[x]);
#ifdef BAD_VANISH
     undergo(x, owner_gone);
#else
     if :: attempts[x] > 0 -> undergo(x, adopt) :: else -> undergo(x, owner_gone) fi;
#endif
     if
     :: state[x] == ended -> valueDropped(x); forget(x)
     :: else -> places[x] = committed[x]
     fi
  :: else -> undergo(x, owner_gone); inHandLent[channelOf(committed[x])]++
  fi
}

/* ── after a change ── */

inline settle() {
  do
  :: unsettled != 0 ->
     c = (unsettled & 2) >> 1;
     unsettled = unsettled & ~(1 << c);
     if :: receivers[c] == 0 -> endSends(c) :: else fi;
#ifdef DROP_OLDEST
     trim(c);
#endif
     if :: CAPACITY > 0 -> fill(c) :: else fi;
     pair(c);
     endReceives(c)
  :: else -> break
  od
}

inline endSends(ch) {
  do
  :: true ->
     look(ch, NONE);
     if
     :: sentHead != NONE -> shutOne(sentHead, SEND(ch), ch)
     :: sentHead == NONE && storedHead != NONE ->
        each = storedHead;
        stepOut(each, committed[each]); undergo(each, shut); discarded(each); valueDropped(each); forget(each)
     :: else -> break
     fi
  od
}

inline trim(ch) {
  do
  :: true ->
     look(ch, NONE);
     if
     :: storeLength > CAPACITY ->
        each = storedHead;
        stepOut(each, committed[each]); undergo(each, drop); discarded(each); valueDropped(each); forget(each)
     :: else -> break
     fi
  od
}

inline fill(ch) {
  do
  :: true ->
     look(ch, NONE);
     if :: sentHead != NONE && hasRoom(ch) -> keep(sentHead, SEND(ch)) :: else -> break fi
  od
}

inline pair(ch) {
  do
  :: true ->
     look(ch, NONE);
     theReceive = receiveHead;
     if :: theReceive == NONE -> break :: else fi;
     look(ch, theReceive);
     if
     :: valueHead != NONE -> deliver(valueHead, SEND(ch), theReceive, RECEIVE(ch))
     :: valueHead == NONE && receiveHead != NONE && (places[theReceive] & SEND(ch)) -> deliver(theReceive, SEND(ch), receiveHead, RECEIVE(ch))
     :: else -> break
     fi
  od
}

inline endReceives(ch) {
  do
  :: true ->
     look(ch, NONE);
     if
     :: receiveHead != NONE && isExhausted(ch) -> shutOne(receiveHead, RECEIVE(ch), ch)
     :: else -> break
     fi
  od
}

/* `shut` in src: the other side of the channel of this guard is gone for good. */
inline shutOne(x, guard, ch) {
  stepOut(x, guard);
  committed[x] = guard;
  undergo(x, shut);
  if
  :: (isSend(guard) -> receiverFailure[ch] : senderFailure[ch]) -> ending(x, FailedBroken)
  :: else -> ending(x, FailedEnded)
  fi;
  if :: isSend(guard) -> valueBack(x) :: else fi;
  forget(x)
}

/* ── lines ── */

/* A channel that has lost a side may have lost with this operation the last that was to come. */
inline stepOut(x, guard) {
  if :: (places[x] & 3) && (senders[0] == 0 || receivers[0] == 0) -> unsettled = unsettled | 1 :: else fi;
  if :: (places[x] & 12) && (senders[1] == 0 || receivers[1] == 0) -> unsettled = unsettled | 2 :: else fi;
#ifdef BAD_LOSERS_STAY
  places[x] = places[x] & ~(guard)
#else
  places[x] = 0
#endif
}

/* ── the invariants of src/arbiter/invariants.ts that tell more than the way the model is written ── */

#ifndef moreInvariants
#define moreInvariants skip
#endif

inline checkInvariants() {
  moreInvariants;
  c = 0;
  do
  :: c < 2 ->
     look(c, NONE);
     assert(isBounded(c));                                         /* R5 */
     assert(receivers[c] > 0 || !hasValue);                        /* I6 */
     assert(!isExhausted(c) || receiveHead == NONE);               /* I6 */
     assert(sentHead == NONE || !hasRoom(c));                      /* I7 */
     theReceive = receiveHead;
     if :: theReceive != NONE -> look(c, theReceive); assert(valueHead == NONE) :: else fi;  /* I2 */
     c++
  :: else -> break
  od;
}

/* ── the exchange: it reads every link in turn, one message at a time ── */


/* What of its ends somebody else has when it is dead; unless a model says otherwise, nothing. */
#ifndef isReplaced
#define isReplaced(p) false
#define replace(p) skip
#endif

/* A party has each end once; unless a model counts otherwise. */
#ifndef surrender
#define surrender(p, end) ends[p] = ends[p] & ~(end)
#endif

inline release(guard, isFailed) {
  if
  :: isSend(guard) ->
     assert(senders[channelOf(guard)] > 0);
     senders[channelOf(guard)]--;
#ifndef BAD_CLEAN_END
     senderFailure[channelOf(guard)] = senderFailure[channelOf(guard)] || isFailed
#endif
  :: else ->
     assert(receivers[channelOf(guard)] > 0);
     receivers[channelOf(guard)]--;
     receiverFailure[channelOf(guard)] = receiverFailure[channelOf(guard)] || isFailed
  fi;
  unsettled = unsettled | (1 << channelOf(guard))
}

/* Settles between two ends, as the arbiter does after each event. */
inline releaseAll(p) {
  do
  :: ends[p] & 1 -> surrender(p, 1); release(1, fate[p] == FAILED)
  :: !(ends[p] & 1) && (ends[p] & 4) -> surrender(p, 4); release(4, fate[p] == FAILED)
  :: else -> break
  od;
  settle();
  if :: ends[p] & 2 -> surrender(p, 2); release(2, fate[p] == FAILED) :: else fi;
  if :: ends[p] & 8 -> surrender(p, 8); release(8, fate[p] == FAILED) :: else fi
}

#ifdef BAD_EXIT_FIRST
#define isDead(p) (!left[p] && fate[p] != ALIVE)
#else
#define isDead(p) (!left[p] && fate[p] != ALIVE && empty(from[p]))
#endif
#define LINK(p) \
  :: p < PARTIES && !left[p] && nempty(from[p]) -> party = p; from[p]?said,op \
  :: p < PARTIES && isDead(p) -> party = p

proctype Supervisor() {
  byte party, op, guard, ready;
  mtype said;          /* 0: nothing more, the party is dead */
end:
  do
  :: atomic {
       if
       LINK(0)
       LINK(1)
#if PARTIES > 2
       LINK(2)
#endif
#if PARTIES > 3
       LINK(3)
#endif
       fi;
       if
       :: said == Offer ->
          d_step { assert((guards[op] & ~ends[party]) == 0); arrive(op, ready) };
          if
          :: ready & 1 -> guard = 1
          :: ready & 2 -> guard = 2
          :: ready & 4 -> guard = 4
          :: ready & 8 -> guard = 8
          :: ready == 0 -> guard = 0
          fi;
          d_step { commit(op, guard) }
       :: said == 0 ->
          d_step {
            gone(party);
            settle();
            if :: isReplaced(party) -> replace(party) :: else fi;
            releaseAll(party)
          }
       :: else ->
          d_step {
            if
            :: said == Withdraw -> withdraw(op, withdraw_final)
            :: said == WithdrawTentatively -> withdraw(op, withdraw_tentative)
            :: said == Close -> assert(ends[party] & op); surrender(party, op); release(op, false)
            :: said == Taken -> assert(state[op] == holding); taken(op)
            :: said == Returned -> assert(state[op] == holding); returned(op)
            :: said == Refused -> assert(state[op] == holding); refused(op)
            fi
          }
       fi;
       d_step { settle(); checkInvariants(); party = 0; op = 0; guard = 0; ready = 0; said = 0 }
     }
  od
}
