package handover

import "handover/internal/wire"

// Statistics are a channel at one moment.
type Statistics struct {
	Capacity int
	// Senders and Receivers are the ends that are open.
	Senders, Receivers int
	// WaitingSenders and WaitingReceivers are operations in line.
	WaitingSenders, WaitingReceivers int
	// Buffered are values in the channel's own store, and InHand those delivered and not yet answered.
	Buffered, InHand int
	// Taken, Discarded and DeadLetters are values since the channel was made.
	Taken, Discarded, DeadLetters int
	// IsDirect: values go past the supervisor at present.
	IsDirect bool
}

func statisticsOf(said wire.Statistics) Statistics {
	return Statistics{
		Capacity:         int(said.Capacity),
		Senders:          int(said.Senders),
		Receivers:        int(said.Receivers),
		WaitingSenders:   int(said.WaitingSenders),
		WaitingReceivers: int(said.WaitingReceivers),
		Buffered:         int(said.Buffered),
		InHand:           int(said.InHand),
		Taken:            int(said.Taken),
		Discarded:        int(said.Discarded),
		DeadLetters:      int(said.DeadLetters),
		IsDirect:         said.IsDirect,
	}
}
