package direct

import "slices"

// Receiving is the link of a receiving end (14.7, 14.8): here its process is the one that matches.
//
//	state   | a plain receive     | a poll              | an extended receive, a choice | ends when
//	--------|---------------------|---------------------|-------------------------------|------------------------------------
//	ready   | is the supervisor's | is the supervisor's | the same, and leaves          | the first value comes
//	linked  | stands in line here | is answered here    | leaves, and is the supervisor's |
//	leaving | stands in line here | is the supervisor's | is the supervisor's           | nothing is asked back or in hand
//	over    | is the supervisor's | is the supervisor's | is the supervisor's           |
//
// With the first value, what waits at the supervisor is asked back, and stands first in line. A value is in hand until the
// code that it was given to has said what became of it; that is written before the code goes on, and the next is given only
// then. When it is over, the line is offered to the supervisor, in order. What has come and was given to nobody is forgotten:
// its sender knows that it was not taken.
type Receiving struct {
	effects
	state receivingState
	limit Limit
	// relayed are the receives at the supervisor, while it is ready.
	relayed []Receive
	// line are the receives in line, the first one first.
	line []standing
	// polls are those that wait until what has come was read.
	polls []Op
	// values are those that have come and were given to nobody, and bytes what they have; inHand is who was given one.
	values [][]byte
	bytes  int64
	inHand Op
	reader values
	count  int64
	flow   flowState
	// isGivenUp: the code has no more use for the end.
	isGivenUp bool
}

type receivingState uint8

const (
	ready receivingState = iota
	receivingLinked
	receivingLeaving
	receivingOver
)

// flowState: whether the supervisor is to hear of the counts before long.
type flowState uint8

const (
	told flowState = iota
	news
)

// Limit is how much a sender may have unanswered, and how large one value may be.
type Limit struct{ Operations, Bytes, ValueBytes int64 }

// Receive is an operation on a receiving end.
type Receive struct {
	Op  Op
	How How
}

// How a receive is answered.
type How uint8

// The ways of receives.
const (
	Plainly  How = iota // when a value is there
	AtOnce              // the same, if one is there now
	Extended            // by the supervisor alone: code works on the value while it is in hand
)

// standing is a receive in line.
//
//	place    | meaning
//	---------|----------------------------------------------------------------------------------------------------
//	asked    | at the supervisor, which was asked to give it back
//	unwanted | the same, and its code has recalled it since: it may have been given a value before, and keeps its place
//	here     | it may be given a value
type standing struct {
	op    Op
	place place
}

type place uint8

const (
	asked place = iota
	unwanted
	here
)

// NewReceiving begins one. Outstanding are the receives on the end that are at the supervisor and not recalled.
func NewReceiving(outstanding []Receive, limit Limit) *Receiving {
	r := &Receiving{relayed: outstanding, limit: limit, reader: values{longest: limit.ValueBytes}}
	r.do(Met{})
	return r
}

// Offer begins a receive.
func (r *Receiving) Offer(receive Receive) {
	isHere := r.state == receivingLinked || r.state == receivingLeaving && receive.How == Plainly
	switch {
	case !isHere || receive.How == Extended:
		r.do(Relay{receive.Op})
		if r.state == ready {
			r.relayed = append(r.relayed, receive)
		}
		if receive.How == Extended {
			r.Leave()
		}
	case receive.How == AtOnce:
		r.polls = append(r.polls, receive.Op)
		r.do(Look{})
	default:
		r.line = append(r.line, standing{receive.Op, here})
		r.match()
	}
}

// Give gives a value to an operation that is not in line, and reports whether there is one, and nobody before it.
func (r *Receiving) Give(op Op, guard int) bool {
	if r.state != receivingLinked || len(r.line) > 0 || r.inHand != nil || len(r.values) == 0 {
		return false
	}
	r.give(op, guard)
	return true
}

// Withdraw asks a receive back, and reports whether it was here.
func (r *Receiving) Withdraw(op Op) bool {
	r.relayed = slices.DeleteFunc(r.relayed, func(one Receive) bool { return one.Op == op })
	at := r.placeOf(op)
	switch {
	case at < 0:
		return false
	case r.line[at].place != here:
		r.line[at].place = unwanted
	default:
		r.leaveLine(at)
		r.do(Return{op})
	}
	return true
}

// CameBack: the supervisor gives an operation back. It reports whether that was asked for here, and nobody else is to hear of it.
func (r *Receiving) CameBack(op Op) bool {
	if at := r.placeOf(op); at >= 0 && r.line[at].place == asked {
		r.line[at].place = here
		r.match()
		r.finishLeaving()
		return true
	}
	r.Ended(op)
	return false
}

// Ended: an operation at the supervisor has its ending.
func (r *Receiving) Ended(op Op) {
	r.relayed = slices.DeleteFunc(r.relayed, func(one Receive) bool { return one.Op == op })
	if at := r.placeOf(op); at >= 0 && r.line[at].place != here {
		r.leaveLine(at)
		r.match()
		r.finishLeaving()
	}
}

// Leave ends the link.
func (r *Receiving) Leave() {
	if r.state != ready && r.state != receivingLinked {
		return
	}
	r.state = receivingLeaving
	r.relayed, r.values, r.bytes = nil, nil, 0
	for _, op := range r.polls {
		r.do(Return{op})
	}
	r.polls = nil
	r.finishLeaving()
}

// GiveUp: the code has no more use for the end.
func (r *Receiving) GiveUp() {
	r.isGivenUp = true
	r.Leave()
}

// Tell says to the supervisor what it may not know yet.
func (r *Receiving) Tell() {
	if r.state == receivingLinked {
		r.do(r.counts())
	}
}

// Read hears what the sender says.
func (r *Receiving) Read(some []byte) {
	if !r.reader.read(some, r.came) {
		r.Leave()
	}
}

// Left is what is left of a value that has begun: the next bytes may be put there, and are then Filled.
func (r *Receiving) Left() []byte { return r.reader.left() }

// Filled: so many bytes of what was left have come.
func (r *Receiving) Filled(count int) { r.reader.filled(count, r.came) }

func (r *Receiving) came(value []byte) {
	if r.state == ready {
		r.link()
	}
	if r.state != receivingLinked {
		return
	}
	r.values = append(r.values, value)
	r.bytes += int64(len(value))
	// One is always allowed, however large.
	if int64(len(r.values)) > r.limit.Operations || r.bytes > r.limit.Bytes+r.limit.ValueBytes {
		r.Leave()
		return
	}
	r.noteFlow()
	r.match()
}

// Ending: the sender writes no more.
func (r *Receiving) Ending() { r.Leave() }

// Taken: code has the value in hand.
func (r *Receiving) Taken() {
	r.count++
	r.answer([]byte{taken})
}

// Refused: the value in hand is none that code can hold.
func (r *Receiving) Refused(why string) { r.answer(appendRefusal(nil, why)) }

// Returned: there is no code left that wants the value in hand.
func (r *Receiving) Returned() {
	r.Leave()
	r.inHand = nil
	r.finishLeaving()
}

// Looked: all that had come was read.
func (r *Receiving) Looked() {
	for len(r.polls) > 0 && r.inHand == nil {
		op := r.polls[0]
		r.polls = r.polls[1:]
		if !r.Give(op, 0) {
			r.do(Return{op})
		}
	}
}

// Closed: both pipes are, and all that was to be said has left, or nobody hears it.
func (r *Receiving) Closed() {
	if r.count > 0 {
		r.do(r.counts())
	}
	r.do(Parted{})
	if r.isGivenUp {
		r.do(GiveUp{})
	}
}

// Carries reports whether values go over it now.
func (r *Receiving) Carries() bool { return r.state == receivingLinked }

// Rang is called when an alarm rings.
func (r *Receiving) Rang(Alarm) {
	r.flow = told
	r.Tell()
}

func (r *Receiving) link() {
	r.state = receivingLinked
	// A poll comes back by itself.
	relayed := slices.DeleteFunc(r.relayed, func(one Receive) bool { return one.How == AtOnce })
	r.relayed = nil
	if slices.ContainsFunc(relayed, func(one Receive) bool { return one.How == Extended }) {
		r.Leave()
		return
	}
	for _, one := range relayed {
		r.line = append(r.line, standing{one.Op, asked})
		r.do(AskBack{one.Op})
	}
}

func (r *Receiving) match() {
	if r.state != receivingLinked || r.inHand != nil || len(r.values) == 0 {
		return
	}
	if len(r.line) > 0 && r.line[0].place == here {
		op := r.line[0].op
		r.leaveLine(0)
		r.give(op, 0)
	}
}

func (r *Receiving) give(op Op, guard int) {
	value := r.values[0]
	r.values[0] = nil
	r.values = r.values[1:]
	r.bytes -= int64(len(value))
	r.inHand = op
	r.do(Give{op, guard, value})
}

func (r *Receiving) answer(bytes []byte) {
	r.inHand = nil
	r.do(Answer{bytes})
	r.noteFlow()
	r.match()
	r.Looked()
	r.finishLeaving()
}

func (r *Receiving) finishLeaving() {
	isAsked := slices.ContainsFunc(r.line, func(one standing) bool { return one.place != here })
	if r.state != receivingLeaving || r.inHand != nil || isAsked {
		return
	}
	r.state = receivingOver
	for _, one := range r.line {
		r.do(Relay{one.op})
	}
	r.line = nil
	r.do(Over{}, Close{})
}

func (r *Receiving) noteFlow() {
	if r.state == receivingLinked && r.flow == told {
		r.flow = news
		r.do(Wake{flowInterval, Alarm{about: flowing}})
	}
}

func (r *Receiving) counts() Flow {
	waiting := int64(len(r.values))
	if r.inHand != nil {
		waiting++
	}
	return Flow{r.count, waiting, int64(len(r.line))}
}

func (r *Receiving) placeOf(op Op) int {
	return slices.IndexFunc(r.line, func(one standing) bool { return one.op == op })
}

func (r *Receiving) leaveLine(at int) { r.line = slices.Delete(r.line, at, at+1) }
