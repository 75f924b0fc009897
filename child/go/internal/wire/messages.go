package wire

// Side is the side of a channel that an end belongs to.
type Side string

// The two sides.
const (
	Send    Side = "send"
	Receive Side = "receive"
)

// Message is what the supervisor says: one of the types of this file.
type Message interface{ isMessage() }

// Welcome begins the session.
type Welcome struct {
	Major    int64
	Settings Settings
	Ends     []NamedEnd
}

// Settings are what the supervisor lays down for a link.
type Settings struct {
	Stage            string
	Replica          int64
	MaxValueBytes    int64
	WindowOperations int64
	WindowBytes      int64
	// Restart says when another process follows this one: "on-failure", "always"; "": never.
	Restart string
}

// NamedEnd is an end of the stage. Its number is 0 where an earlier process of the stage has it no more.
type NamedEnd struct {
	Name string
	PassedEnd
}

// PassedEnd is an end, as the one hears of it who gets it.
type PassedEnd struct {
	End     int64
	Side    Side
	Channel string
	// Contract is what is sent on it must meet; "": it has none. Of an end in a value it is said apart.
	Contract string
}

// Contract is that of a sending end which comes with the next value.
type Contract struct {
	End  int64
	Text string
}

// Refusal is said instead of a welcome, or after it.
type Refusal struct{ Why string }

// Deliver gives a value to a receive.
type Deliver struct {
	Op      int64
	Guard   int64
	Attempt int64
	Ends    []PassedEnd
	Value   []byte
}

// Completed ends a send that is done.
type Completed struct{ Op, Guard int64 }

// Late answers a withdrawal of a send whose value is in a receiver's hand.
type Late struct{ Op int64 }

// Withdrawn ends an operation that came back.
type Withdrawn struct{ Op, Guard, Attempts int64 }

// Failed ends an operation that cannot come to pass.
type Failed struct {
	Op, Guard, Attempts int64
	Reason              Reason
}

// Reason is why an operation failed: one of the types below.
type Reason interface{ isReason() }

// Ended: the other side is gone, and all of it ended well.
type Ended struct{}

// Broken: the same, but not all of it ended well.
type Broken struct{ Failure Failure }

// Lost: as many attempts as the channel allows have failed.
type Lost struct{ Failures []Failure }

// Refused: the receiver could not read the value.
type Refused struct{ Why string }

// TooLarge: the values of the offer had so many bytes.
type TooLarge struct{ Bytes int64 }

// Failure is how a process, or an attempt at a value, came to its end.
type Failure struct {
	Code, Message, Stage, Signal string
	// ExitCode is nil where there was none.
	ExitCode *int64
	Stderr   []string
}

// Inspected answers an inspect.
type Inspected struct {
	Query      int64
	Statistics Statistics
}

// Statistics are a channel at one moment.
type Statistics struct {
	Capacity, Senders, Receivers, WaitingSenders, WaitingReceivers int64
	Buffered, InHand, Taken, Discarded, DeadLetters                int64
	IsDirect                                                       bool
}

// Shutdown asks the process to come to an end.
type Shutdown struct{}

// Retire asks the process to finish what it has.
type Retire struct{}

// Meet offers a direct link for an end, over two named pipes (14.3).
type Meet struct {
	Link, End           int64
	ReadPath, WritePath string
}

// Part asks the process to end a direct link.
type Part struct{ Link int64 }

// Resume says that the receiver has left a direct link.
type Resume struct{ Link int64 }

func (Welcome) isMessage()   {}
func (Refusal) isMessage()   {}
func (Deliver) isMessage()   {}
func (Completed) isMessage() {}
func (Late) isMessage()      {}
func (Withdrawn) isMessage() {}
func (Failed) isMessage()    {}
func (Inspected) isMessage() {}
func (Shutdown) isMessage()  {}
func (Retire) isMessage()    {}
func (Meet) isMessage()      {}
func (Part) isMessage()      {}
func (Resume) isMessage()    {}
func (Contract) isMessage()  {}

func (Ended) isReason()    {}
func (Broken) isReason()   {}
func (Lost) isReason()     {}
func (Refused) isReason()  {}
func (TooLarge) isReason() {}
