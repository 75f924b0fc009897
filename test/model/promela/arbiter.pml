/*
 * The arbiter of the supervisor, after src/arbiter/: an inline here has the name of the method there.
 * Every message that arrives is one step. Included by the models that need it, which say before
 *
 *   N                        how many operations there are in all; 0 to N - 1, growing in each party
 *   PARTIES, owner(x)        who offers them
 *   CAPACITY, MAX_ATTEMPTS   the terms of every channel; DROP_NEWEST or DROP_OLDEST, else it blocks
 *   OWED                     how many messages may wait on one link
 *
 *   USED_AGAIN               the number of an operation may be used again after its ending: a link is in order, so
 *                            that is as good as a new number, and keeps the model small
 *   SHARED                   operations may be offered elsewhere, too
 *
 *   CHANNELS                 2 or 3
 *
 * A guard is a bit: 1 and 2 send and receive on channel 0, 4 and 8 on channel 1, and so on; which value
 * a send guard carries, is said by its operation. Which of several ready guards is chosen, is left open:
 * that covers both kinds of select. The arbiter breaks off with an assertion where src has a violation.
 */
#include "table.pml"

#ifndef CHANNELS
#define CHANNELS 2
#endif
#define SEND(c) (1 << 2 * (c))
#define RECEIVE(c) (2 << 2 * (c))
#define isSend(guard) (((guard) & 85) != 0)
#define channelOf(guard) (((guard) > 2) + ((guard) > 8) + ((guard) > 32))
#define NONE N

mtype = { Offer, OfferShared, Free, Withdraw, WithdrawTentatively, Taken, Returned, Refused, Close,
          Deliver, Completed, Ask, Released, Late, Withdrawn, FailedEnded, FailedBroken, FailedLost, FailedRefused };

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
#ifdef SHARED
byte partner[N];     /* with whom it stands aside, plus 1 */
byte engagedFor[N];  /* and with which guard */
byte asideSends[CHANNELS];
#endif

byte senders[CHANNELS], receivers[CHANNELS];
bool senderFailure[CHANNELS], receiverFailure[CHANNELS];
byte inHand[CHANNELS], lentOut[CHANNELS];  /* lentOut: `lent` in src */
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
hidden short each;
hidden byte i, c, theSend, theReceive, theOther, storedHead, sentHead, receiveHead, valueHead, keptHead, storeLength;
hidden byte how, wasInHand, wasLent, wasAside, isChosen, isShut;

#define tell(x, what, guard, n, v) \
  if :: !left[owner(x)] -> to[owner(x)]!what,x,guard,n,v :: else fi

#ifdef BAD_NEWEST_FIRST
#define first(head) (head == NONE || arrival[i] > arrival[head])
#else
#define first(head) (head == NONE || arrival[i] < arrival[head])
#endif

#ifdef SHARED
#define isInLine(x) (state[x] == waiting || state[x] == shared)
#define isAside(x) (state[x] == asked || state[x] == freed || state[x] == engaged)
#define openGuards(x) (committed[x] == 0 -> guards[x] : committed[x])
#else
#define isInLine(x) (state[x] == waiting)
#define isAside(x) false
#endif
#define isOfChannel(x) (state[x] == stored || state[x] == reserved)

/* A channel that has lost a side may have lost with these guards the last that was to come. */
#define touch(bits, ch) \
  if \
  :: ((bits) & (3 << 2 * (ch))) && (senders[ch] == 0 || receivers[ch] == 0) -> unsettled = unsettled | (1 << (ch)) \
  :: else \
  fi

/* The heads of the lines of a channel; of sends and receives, the first that is not the asker's. */
inline look(ch, asker) {
  storedHead = NONE; sentHead = NONE; receiveHead = NONE; keptHead = NONE; storeLength = 0; i = 0;
  do
  :: i < N ->
     if
     :: state[i] == stored && (places[i] & SEND(ch)) ->
        storeLength++;
        if :: first(storedHead) -> storedHead = i :: else fi
#ifdef BAD_LOSERS_STAY
     :: state[i] != stored && i != asker ->
#else
     :: isInLine(i) && i != asker ->
#endif
        if :: (places[i] & SEND(ch)) && first(sentHead) -> sentHead = i :: else fi;
        if :: (places[i] & RECEIVE(ch)) && first(receiveHead) -> receiveHead = i :: else fi
#ifdef SHARED
     :: (state[i] == engaged || state[i] == reserved) && (places[i] & SEND(ch)) ->
        if :: first(keptHead) -> keptHead = i :: else fi
#endif
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
#define used(ch) (storeLength + lentOut[ch])
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
#define isBounded(ch) (mayOutlive || storeLength + lentOut[ch] <= CAPACITY)
#endif
#define hasValue (storedHead != NONE || sentHead != NONE)
#ifdef BAD_ENDED_WHILE_IN_HAND
#define isExhausted(ch) (senders[ch] == 0 && !hasValue)
#elif defined(SHARED)
#define isExhausted(ch) (senders[ch] == 0 && inHand[ch] == 0 && asideSends[ch] == 0 && !hasValue)
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

/* Behind all that the arbiter knows; only the order has a meaning. Two arbiters have nothing to do with each other. */
#if CHANNELS > 2
#define channelsOf(x) ((guards[x] | guards[x] >> 1) & 85)
#define areRelated(x, y) ((channelsOf(x) & channelsOf(y)) != 0)
#else
#define areRelated(x, y) true
#endif
inline queueUp(x) {
  i = 0;
  do
  :: i < N ->
     if
     :: i != x && areRelated(i, x) && arrival[i] >= arrival[x] -> arrival[x] = arrival[i] + 1
     :: else
     fi;
     i++
  :: else -> break
  od
}

/* The first half of `offer`. The choice among what is ready is made between the two. */
inline arrive(x, what) {
#ifdef USED_AGAIN
  assert(state[x] == unknown || state[x] == ended);
#else
  assert(state[x] == unknown);
#endif
  assert(guards[x] != 0);
  state[x] = waiting; queueUp(x);
#ifdef SHARED
  if :: what == OfferShared -> undergo(x, share) :: else fi;
#endif
  valueOffered(x)
}

/* Of an operation that arrives, or that `tryAgain` has in src: it has lost its partner. */
inline findReady(x, ready) {
#ifdef SHARED
  if :: isAside(x) || state[x] == reserved -> countAside(x, -1) :: else fi;
  if :: state[x] != reserved ->
#endif
  each = 1;
  do
  :: each < 1 << 2 * CHANNELS -> isReady(x, each, ready); each = each << 1
  :: else -> break
  od
#ifdef SHARED
  :: else
  fi
#endif
}

inline commit(x, guard) {
  look(channelOf(guard), x);
  isChosen = false; isShut = false;
  if
  :: guard == 0 -> stand(x)
#ifdef BAD_SELF
  :: guard != 0 && isSend(guard) && (guards[x] & (guard << 1)) -> meet(x, x)
#endif
  :: guard != 0 && !isSend(guard) && valueHead == NONE -> isShut = true
  :: guard != 0 && !isSend(guard) && valueHead != NONE -> meet(valueHead, x)
  :: guard != 0 && isSend(guard) ->
     if
     :: receivers[channelOf(guard)] == 0 -> isShut = true
     :: receivers[channelOf(guard)] != 0 && !hasRoom(channelOf(guard)) && receiveHead != NONE -> meet(x, receiveHead)
#ifdef DROP_NEWEST
     :: receivers[channelOf(guard)] != 0 && !hasRoom(channelOf(guard)) && receiveHead == NONE ->
#ifdef SHARED
        if :: state[x] == shared -> standAside(x, guard) :: else ->
#endif
        committed[x] = guard; undergo(x, drop); ending(x, Completed); discarded(x); valueDropped(x); forget(x)
#ifdef SHARED
        fi
#endif
#endif
     :: else -> keep(x, guard)
     fi
  fi;
  if :: isShut -> shutOne(x, guard, channelOf(guard)) :: else fi;
  if :: isChosen -> deliver(channelOf(guard)) :: else fi
}

/* Nothing is ready for it. */
inline stand(x) {
  if
  :: poll[x] && !isOfChannel(x) -> undergo(x, withdraw_final); ending(x, Withdrawn); valueBack(x); forget(x)
#ifdef SHARED
  :: isAside(x) && !poll[x] ->
     if :: state[x] == freed -> tell(x, Released, 0, 0, NONE) :: else fi;
     undergo(x, step_back);
     places[x] = openGuards(x)
  :: state[x] == reserved ->
     undergo(x, step_back);
     lentOut[channelOf(committed[x])]--;
     places[x] = committed[x];
     unsettled = unsettled | (1 << channelOf(committed[x]))
#endif
  :: else -> places[x] = guards[x]
  fi
}

inline meet(s, r) { theSend = s; theReceive = r; isChosen = true }

/* Its one ending. */
inline ending(x, what) { tell(x, what, committed[x], attempts[x], NONE) }

inline forget(x) {
  assert(state[x] == ended);
  places[x] = 0; committed[x] = 0; held[x] = 0; arrival[x] = 0; attempts[x] = 0
#ifndef USED_AGAIN
  ; guards[x] = 0; poll[x] = false   /* else its party may have written there what it offers next */
#endif
#ifdef SHARED
  ; partner[x] = 0; engagedFor[x] = 0
#endif
}

/* ── a value changes hands ── */

/* The value of `theSend` to `theReceive`. */
inline deliver(ch) {
#ifdef SHARED
  if
  :: state[theSend] == shared || state[theReceive] == shared -> engageBoth(theSend, theReceive, ch)
  :: else ->
     look(ch, NONE);
#ifndef BAD_OVERTAKES
     if
     :: keptHead != NONE && state[theSend] != freed && arrival[keptHead] < arrival[theSend] ->
        takePlace(keptHead, theSend, ch); theSend = keptHead
     :: else
     fi;
#endif
     handOver(theSend, theReceive, ch)
  fi
#else
  handOver(theSend, theReceive, ch)
#endif
}

inline handOver(s, r, ch) {
  if :: state[s] == stored -> lentOut[ch]++ :: else -> committed[s] = SEND(ch) fi;
  stepOut(s, SEND(ch)); stepOut(r, RECEIVE(ch));
  how = (poll[s] && !isOfChannel(s) -> match_poll : match);
  undergo(s, how);
  committed[r] = RECEIVE(ch); held[r] = s;
  undergo(r, receive);
  inHand[ch]++;
  tell(r, Deliver, RECEIVE(ch), attempts[s] + 1, s);
  valueDelivered(s, r);
  if :: state[s] == recalled -> tell(s, Late, 0, 0, NONE) :: else fi;
#ifdef BAD_COMPLETED_AT_DELIVERY
  if :: state[s] == delivered -> ending(s, Completed) :: else fi
#endif
}

/* `store` in src. */
inline keep(x, guard) {
#ifdef SHARED
  if :: state[x] == shared -> standAside(x, guard) :: else ->
#endif
  stepOut(x, guard);
  committed[x] = guard;
  undergo(x, store);
  ending(x, Completed);
  places[x] = committed[x];
  unsettled = unsettled | (1 << channelOf(guard))
#ifdef SHARED
  fi
#endif
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
  :: state[theSend] == lent -> lentOut[channelOf(committed[theSend])]--; undergo(theSend, take)
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
     if :: wasLent -> lentOut[channelOf(committed[s])]-- :: else fi;
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
  :: wasLent -> lentOut[channelOf(committed[s])]--; discarded(s); valueDropped(s)
  :: else -> ending(s, why); valueBack(s)
  fi;
  forget(s)
}

#ifdef SHARED
/* ── shared operations ── */

/* `engage` in src. */
inline engageBoth(s, r, ch) {
  partner[s] = r + 1; engagedFor[s] = SEND(ch);
  partner[r] = s + 1; engagedFor[r] = RECEIVE(ch);
  standAside(s, SEND(ch));
  standAside(r, RECEIVE(ch))
}

inline standAside(x, guard) {
  places[x] = 0;
  countAside(x, 1);
  if :: state[x] == stored -> lentOut[channelOf(guard)]++ :: else fi;
  how = (state[x] == shared -> ask : engage);
  undergo(x, how);
  if :: state[x] == asked -> tell(x, Ask, guard, 0, NONE) :: else fi;
  if :: isSend(guard) && (state[x] == engaged || state[x] == reserved) -> places[x] = guard :: else fi
}

inline takePlace(older, later, ch) {
  theOther = partner[older] - 1;
  places[older] = 0;
  countAside(older, -1);
  partner[older] = 0; engagedFor[older] = 0;
  partner[theOther] = later + 1;
  partner[later] = theOther + 1; engagedFor[later] = SEND(ch);
  standAside(later, SEND(ch))
}

inline countAside(x, change) {
  asideSends[0] = asideSends[0] + (openGuards(x) & 1 -> change : 0);
  asideSends[1] = asideSends[1] + (openGuards(x) & 4 -> change : 0);
  touch(openGuards(x), 0);
  touch(openGuards(x), 1)
#if CHANNELS > 2
  ; asideSends[2] = asideSends[2] + (openGuards(x) & 16 -> change : 0);
  touch(openGuards(x), 2)
#endif
}

/* `free` in src. `again`: those that have lost their partner. */
inline setFree(x, again) {
  undergo(x, free);
  if
  :: partner[x] == 0 -> again = again | (1 << (x))
  :: partner[x] != 0 && state[partner[x] - 1] == asked
  :: else ->
     theOther = partner[x] - 1;
     c = channelOf(engagedFor[x]);
     if :: isSend(engagedFor[x]) -> meet(x, theOther) :: else -> meet(theOther, x) fi;
     places[theSend] = 0; partner[theSend] = 0; engagedFor[theSend] = 0;
     places[theReceive] = 0; countAside(theReceive, -1); partner[theReceive] = 0; engagedFor[theReceive] = 0;
     look(c, NONE);
     if
#ifndef BAD_KEPT_FIRST
     /* What came back meanwhile was sent first; the later one is tried again. */
     :: valueHead != NONE && state[theSend] != freed && state[valueHead] != shared && arrival[valueHead] < arrival[theSend] ->
        again = again | (1 << theSend); theSend = valueHead
#endif
     :: else -> countAside(theSend, -1)
     fi;
     deliver(c)
  fi
}

/* It has ended while it stood aside. */
inline stepAway(x, again) {
  countAside(x, -1);
  if
  :: partner[x] != 0 ->
     theOther = partner[x] - 1;
     partner[x] = 0;
     places[theOther] = 0; partner[theOther] = 0; engagedFor[theOther] = 0;
#ifndef BAD_NOT_RELEASED
     if :: state[theOther] != asked -> again = again | (1 << theOther) :: else fi
#endif
  :: else
  fi
}
#endif

/* ── withdrawals ── */

#ifdef BAD_TENTATIVE
#define isCommitted(x) false
#else
#define isCommitted(x) (attempts[x] > 0 && (state[x] == waiting || state[x] == engaged))
#endif

inline withdraw(x, what, again) {
  if
  :: state[x] == unknown || state[x] == ended || isOfChannel(x) || state[x] == lent ->
#ifdef BAD_UNKNOWN
     tell(x, Withdrawn, 0, 0, NONE)
#else
     skip
#endif
  :: else ->
     wasAside = isAside(x);
     if
     :: what == Withdraw -> how = withdraw_final
     :: what != Withdraw && isCommitted(x) -> how = withdraw_in_vain
     :: else -> how = withdraw_tentative
     fi;
#ifdef BAD_FORGET
     if :: state[x] == delivered -> how = withdraw_tentative :: else fi;
#endif
     undergo(x, how);
     if
     :: state[x] == ended ->
        stepOut(x, committed[x]);
        ending(x, Withdrawn); valueBack(x);
#ifdef SHARED
        if :: wasAside -> stepAway(x, again) :: else fi;
#endif
        forget(x)
#ifndef BAD_SILENT
     :: state[x] != ended && state[x] != holding -> tell(x, Late, 0, 0, NONE)
#endif
     :: else
     fi
  fi
}

/* ── parties and ends come and go ── */

inline gone(p, again) {
  left[p] = true;
  do :: len(to[p]) > 0 -> to[p]?_,_,_,_,_ :: len(to[p]) == 0 -> break od;
  each = 0;
  do
  :: each < N ->
     if
     :: owner(each) == p && state[each] != unknown && state[each] != ended && state[each] != holding &&
        !isOfChannel(each) && state[each] != lent -> orphan(each, again)
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
#ifdef SHARED
     if :: state[each] == ended -> again = again & ~(1 << each) :: else fi;
#endif
     each++
  :: else -> break
  od;
}

inline orphan(x, again) {
  stepOut(x, committed[x]);
  wasAside = isAside(x);
  wasInHand = (state[x] == delivered || state[x] == late || state[x] == recalled);
#ifdef BAD_VANISH
  how = owner_gone;
#else
  how = (!wasInHand && attempts[x] > 0 -> adopt : owner_gone);
#endif
  undergo(x, how);
  if
  :: state[x] == ended ->
     valueDropped(x);
#ifdef SHARED
     if :: wasAside -> stepAway(x, again) :: else fi;
#endif
     forget(x)
  :: state[x] == stored -> places[x] = committed[x]
  :: else ->
     lentOut[channelOf(committed[x])]++
#ifdef SHARED
     ; if :: partner[x] != 0 -> places[x] = committed[x] :: else fi
#endif
  fi
}

/* ── after a change ── */

inline settle() {
  do
  :: unsettled != 0 ->
     c = 0; do :: (unsettled & (1 << c)) == 0 -> c++ :: else -> break od;
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
     :: valueHead != NONE -> meet(valueHead, theReceive)
     :: valueHead == NONE && receiveHead != NONE && (places[theReceive] & SEND(ch)) -> meet(theReceive, receiveHead)
     :: else -> break
     fi;
     deliver(ch)
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
#ifdef SHARED
  if :: state[x] == shared -> standAside(x, guard) :: else ->
#endif
  stepOut(x, guard);
  committed[x] = guard;
  undergo(x, shut);
  if
  :: (isSend(guard) -> receiverFailure[ch] : senderFailure[ch]) -> ending(x, FailedBroken)
  :: else -> ending(x, FailedEnded)
  fi;
  if :: isSend(guard) -> valueBack(x) :: else fi;
  forget(x)
#ifdef SHARED
  fi
#endif
}

/* ── lines ── */

inline stepOut(x, guard) {
  touch(places[x], 0);
  touch(places[x], 1);
#if CHANNELS > 2
  touch(places[x], 2);
#endif
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
  :: c < CHANNELS ->
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
#ifdef SHARED
  c = 0;
  do
  :: c < N ->
     if
     :: (isAside(c) || state[c] == reserved) && partner[c] == 0 -> assert(state[c] == asked)  /* I9 */
     :: (isAside(c) || state[c] == reserved) && partner[c] != 0 ->                            /* I9 */
        assert(partner[partner[c] - 1] == c + 1 && (state[c] == asked || state[partner[c] - 1] == asked))
     :: else
     fi;
     c++
  :: else -> break
  od
#endif
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

/* Of the ends of a dead party: senders are given up before receivers. */
#define firstEnd(p) (ends[p] & 1 -> 1 : (ends[p] & 4 -> 4 : (ends[p] & 2 -> 2 : ends[p] & 8)))

#ifdef BAD_EXIT_FIRST
#define isDead(p) (!left[p] && fate[p] != ALIVE)
#else
#define isDead(p) (!left[p] && fate[p] != ALIVE && empty(from[p]))
#endif
#ifndef mayRead
#define mayRead(p) true
#endif
#define LINK(p) \
  :: p < PARTIES && mayRead(p) && !left[p] && nempty(from[p]) -> party = p; from[p]?said,op \
  :: p < PARTIES && mayRead(p) && isDead(p) -> party = p

proctype Supervisor() {
  byte party, op, guard, ready;
  short again;         /* a bit for each operation that arrives, or has lost its partner */
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
#if PARTIES > 4
       LINK(4)
#endif
       fi;
       d_step {
         if
         :: said == Offer || said == OfferShared ->
            assert((guards[op] & ~ends[party]) == 0);
            arrive(op, said);
            again = 1 << op
         :: said == 0 ->
            gone(party, again);
            if :: isReplaced(party) -> replace(party) :: else fi
         :: said == Withdraw || said == WithdrawTentatively -> withdraw(op, said, again)
         :: said == Close -> assert(ends[party] & op); surrender(party, op); release(op, false)
         :: said == Taken -> assert(state[op] == holding); taken(op)
         :: said == Returned -> assert(state[op] == holding); returned(op)
         :: said == Refused -> assert(state[op] == holding); refused(op)
#ifdef SHARED
         :: said == Free -> setFree(op, again)
#endif
#ifdef moreMessages
         moreMessages
#endif
         fi
       };
       do
       :: again != 0 ->
          d_step {
            op = 0;
            do :: (again & (1 << op)) == 0 -> op++ :: else -> break od;
            again = again & ~(1 << op);
            findReady(op, ready)
          };
          if
          :: ready & 1 -> guard = 1
          :: ready & 2 -> guard = 2
          :: ready & 4 -> guard = 4
          :: ready & 8 -> guard = 8
#if CHANNELS > 2
          :: ready & 16 -> guard = 16
          :: ready & 32 -> guard = 32
#endif
          :: ready == 0 -> guard = 0
          fi;
          d_step { commit(op, guard); guard = 0; ready = 0 }
       :: else -> break
       od;
       d_step {
         do
         :: true ->
            settle();
            guard = (said == 0 -> firstEnd(party) : 0);
            if :: guard == 0 -> break :: else fi;
            surrender(party, guard);
            release(guard, fate[party] == FAILED)
         od;
         checkInvariants();
         party = 0; op = 0; said = 0
       }
     }
  od
}
