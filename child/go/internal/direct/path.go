package direct

// Path is either side of a link.
type Path interface {
	// Withdraw asks an operation back, and reports whether it was here. It is returned, or has another ending.
	Withdraw(Op) bool
	// Ended: an operation at the supervisor has its ending.
	Ended(Op)
	// Leave ends the link.
	Leave()
	// GiveUp: the code has no more use for the end.
	GiveUp()
	// Tell says to the supervisor what it may not know yet.
	Tell()

	// Read hears what the other side says. Of what it says next, the first bytes may be put into Left, if that has room, and are
	// then Filled.
	Read([]byte)
	Left() []byte
	Filled(int)
	// Ending: the other side says no more, and all that it has said was heard.
	Ending()
	// Looked: all that had come was heard.
	Looked()
	// Closed: both pipes are.
	Closed()
	// Rang: an alarm that was set has rung.
	Rang(Alarm)

	// Carries reports whether values go over it now.
	Carries() bool
	// Effects are what is to be done since it was last asked.
	Effects() []Effect
}

var (
	_ Path = (*Sending)(nil)
	_ Path = (*Receiving)(nil)
)
