package direct

import "slices"

// Sending is the link of a sending end (14.5, 14.6).
//
//	state    | a plain send            | any other operation                         | ends when
//	---------|-------------------------|---------------------------------------------|-----------------------------------------
//	starting | is held back, in order  | leaves; then as in leaving                  | nothing older is at the supervisor
//	linked   | is written to the link  | leaves; then as in leaving                  |
//	leaving  | is held back, in order  | is held back, in order; a poll not for long | its pipe ends, or the receiver has left
//	ended    | the same                | the same                                    | the receiver has left, too (14.9)
//	resumed  | the same                | the same                                    | its pipe is at its end, too
//	over     | is the supervisor's     | is the supervisor's                         |
//
// Starting, it waits so that what is written comes after what was offered before (R3). When it is over, what is unanswered was
// not taken, and is offered to the supervisor, in order.
type Sending struct {
	effects
	state sendingState
	// older are at the supervisor since before the link.
	older []Op
	// unanswered were written to the link, and held were not; oldest first.
	unanswered, held []unsent
	answers          answers
	count            int64
	// patience counts how often it began to wait for what is older.
	patience int
	// isGivenUp: the code has no more use for the end.
	isGivenUp bool
}

type sendingState uint8

const (
	starting sendingState = iota
	sendingLinked
	sendingLeaving
	ended
	resumed
	sendingOver
)

// Send is a plain operation on a sending end.
type Send struct {
	Op    Op
	Value []byte
	Way   Way
}

// Way is how a send may go.
type Way uint8

// The ways of sends.
const (
	Directly Way = iota // by the link
	Relayed             // by the supervisor alone: it has ends with it, or a time or a signal may recall it
	Polling             // the same, and it does not want to wait
)

type unsent struct {
	Send
	isRecalled bool
}

// NewSending begins one. Older are the sends that are outstanding on the end, and on others of its channel.
func NewSending(older []Op) *Sending {
	s := &Sending{older: older}
	s.do(Met{})
	s.linkIfAlone()
	return s
}

// Offer begins a send.
func (s *Sending) Offer(send Send) {
	switch {
	case s.state == sendingOver:
		s.do(Relay{send.Op})
	case s.state == sendingLinked && send.Way == Directly:
		s.write(unsent{Send: send})
	default:
		s.hold(send)
		if send.Way != Directly {
			s.Leave()
		}
	}
}

// Withdraw asks a send back, and reports whether it was here.
func (s *Sending) Withdraw(op Op) bool {
	if s.drop(op) {
		s.do(Return{op})
		return true
	}
	at := slices.IndexFunc(s.unanswered, func(one unsent) bool { return one.Op == op })
	if at < 0 {
		return false
	}
	s.unanswered[at].isRecalled = true
	s.Leave()
	return true
}

// Ended: an operation at the supervisor has its ending.
func (s *Sending) Ended(op Op) {
	at := slices.Index(s.older, op)
	if s.state != starting || at < 0 {
		return
	}
	s.older = slices.Delete(s.older, at, at+1)
	if len(s.held) > 0 {
		s.beImpatient()
	}
	s.linkIfAlone()
}

// Leave ends the link.
func (s *Sending) Leave() {
	if s.state == starting || s.state == sendingLinked {
		s.state = sendingLeaving
		s.do(Shut{})
	}
}

// GiveUp: the code has no more use for the end.
func (s *Sending) GiveUp() {
	s.isGivenUp = true
	s.Leave()
}

// Tell says to the supervisor what it may not know yet.
func (s *Sending) Tell() {
	if s.count > 0 {
		s.do(Flow{s.count, int64(len(s.unanswered)), 0})
	}
}

// Read hears what the receiver says.
func (s *Sending) Read(some []byte) {
	if !s.answers.read(some, s) {
		s.Leave()
	}
}

// Left is for who receives.
func (s *Sending) Left() []byte { return nil }

// Filled is for who receives.
func (s *Sending) Filled(int) {}

// Ending: the receiver says no more; all that it has said was heard.
func (s *Sending) Ending() {
	if s.state >= ended && s.state != resumed {
		return
	}
	s.Leave()
	s.do(Close{})
	s.Tell()
	s.do(Parted{})
	if s.state == resumed {
		s.finish()
	} else {
		s.state = ended
	}
}

// Closed is called when both pipes are.
func (s *Sending) Closed() {}

// Resume: the receiver has left, or is dead.
func (s *Sending) Resume() {
	s.Leave()
	switch s.state {
	case ended:
		s.finish()
	case sendingLeaving:
		s.state = resumed
		s.do(Wake{endPatience, Alarm{about: ending}})
	}
}

// Looked: all that had come was heard. Who would say more is gone, though its pipe is not at its end.
func (s *Sending) Looked() {
	if s.state == resumed {
		s.Ending()
	}
}

// Carries reports whether values go over it now.
func (s *Sending) Carries() bool { return s.state == sendingLinked }

// Rang is called when an alarm rings.
func (s *Sending) Rang(alarm Alarm) {
	switch alarm.about {
	case joining:
		if s.state == starting && alarm.turn == s.patience {
			s.Leave()
		}
	case polling:
		if s.drop(alarm.op) {
			s.do(Return{alarm.op})
		}
	case ending:
		if s.state == resumed {
			s.do(Look{})
		}
	}
}

// taken: the receiver has the first value that was not answered.
func (s *Sending) taken() {
	if one, isThere := s.answered(); isThere {
		s.count++
		s.do(Complete{one.Op})
	}
}

// refused: the receiver cannot read it.
func (s *Sending) refused(why string) {
	if one, isThere := s.answered(); isThere {
		s.do(Reject{one.Op, why})
	}
}

func (s *Sending) linkIfAlone() {
	if len(s.older) > 0 {
		return
	}
	s.state = sendingLinked
	for _, one := range s.held {
		s.write(one)
	}
	s.held = nil
}

func (s *Sending) write(one unsent) {
	s.unanswered = append(s.unanswered, one)
	s.do(Write{one.Value})
}

// hold keeps one back until the link has begun or ended: neither for long, if somebody may need it for that.
func (s *Sending) hold(send Send) {
	if s.state == starting && len(s.held) == 0 {
		s.beImpatient()
	}
	s.held = append(s.held, unsent{Send: send})
	if send.Way == Polling {
		s.do(Wake{PollPatience, Alarm{about: polling, op: send.Op}})
	}
}

// beImpatient begins to wait anew: as long as what is older gets fewer, what is held back would be behind it anyway.
func (s *Sending) beImpatient() {
	s.patience++
	s.do(Wake{joinPatience, Alarm{about: joining, turn: s.patience}})
}

// drop reports whether it was held back.
func (s *Sending) drop(op Op) bool {
	before := len(s.held)
	s.held = slices.DeleteFunc(s.held, func(one unsent) bool { return one.Op == op })
	return len(s.held) < before
}

// answered is what an answer is about; who answers what was not said, ends the link.
func (s *Sending) answered() (one unsent, isThere bool) {
	if len(s.unanswered) == 0 {
		s.Leave()
		return one, false
	}
	one, s.unanswered[0] = s.unanswered[0], unsent{}
	s.unanswered = s.unanswered[1:]
	return one, true
}

func (s *Sending) finish() {
	s.state = sendingOver
	for _, one := range append(s.unanswered, s.held...) {
		if one.isRecalled {
			s.do(Return{one.Op})
		} else {
			s.do(Relay{one.Op})
		}
	}
	s.unanswered, s.held = nil, nil
	s.do(Over{})
	if s.isGivenUp {
		s.do(GiveUp{})
	}
}
