package handover

import (
	"time"

	"handover/internal/party"
)

// Guard is one alternative of a [Select]: a [*ReceiveGuard], a [*SendGuard], a [*TimeGuard] or an [*OtherwiseGuard]. One that is
// nil is not waited for.
type Guard interface {
	isAbsent() bool
}

// channelGuard is a guard of a channel.
type channelGuard interface {
	Guard
	at() *end
	// offered is what is offered of it, and operation what it does, with the value that it sends.
	offered() (party.Guard, error)
	operation() (name string, value any)
	// receive reads what came for it, and reports false where that cannot be read. It ends when its channel has ended.
	receive(*party.Held) bool
	end()
}

// ReceiveGuard receives; it is made by [Receiver.OnReceive].
type ReceiveGuard[T any] struct {
	// Value is the one that was received, when the guard was chosen.
	Value T
	// Ended says that it was chosen because its channel has ended, which is no error here.
	Ended bool

	from *end
}

// OnReceive is a guard that receives, for one [Select] at a time.
func (r Receiver[T]) OnReceive() *ReceiveGuard[T] { return &ReceiveGuard[T]{from: r.end} }

func (g *ReceiveGuard[T]) isAbsent() bool { return g == nil }
func (g *ReceiveGuard[T]) at() *end       { return g.from }
func (g *ReceiveGuard[T]) end()           { g.Ended = true }

func (g *ReceiveGuard[T]) operation() (string, any) { return "receive", nil }

func (g *ReceiveGuard[T]) offered() (party.Guard, error) {
	*g = ReceiveGuard[T]{from: g.from}
	return party.Guard{Copy: g.from.copy}, nil
}

func (g *ReceiveGuard[T]) receive(held *party.Held) bool {
	value, isRead := read[T](g.from.stage, held)
	g.Value = value
	return isRead
}

// SendGuard sends; it is made by [Sender.OnSend].
type SendGuard[T any] struct {
	to    *end
	value T
}

// OnSend is a guard that sends a value, for one [Select] at a time. When another is chosen, the value was not sent.
func (s Sender[T]) OnSend(value T) *SendGuard[T] { return &SendGuard[T]{s.end, value} }

func (g *SendGuard[T]) isAbsent() bool                { return g == nil }
func (g *SendGuard[T]) at() *end                      { return g.to }
func (g *SendGuard[T]) end()                          {}
func (g *SendGuard[T]) operation() (string, any)      { return "send", g.value }
func (g *SendGuard[T]) offered() (party.Guard, error) { return g.to.stage.written(g.to, g.value) }
func (g *SendGuard[T]) receive(*party.Held) bool      { return false }

// TimeGuard is chosen when its time has come and nothing else could be chosen; it is made by [After] and [At].
type TimeGuard struct {
	moment func(began time.Time) time.Time
}

// After is a guard of a time, which begins with each [Select].
func After(duration time.Duration) *TimeGuard {
	return &TimeGuard{func(began time.Time) time.Time { return began.Add(duration) }}
}

// At is a guard of a moment.
func At(moment time.Time) *TimeGuard {
	return &TimeGuard{func(time.Time) time.Time { return moment }}
}

func (g *TimeGuard) isAbsent() bool { return g == nil }

// OtherwiseGuard is chosen at once when nothing else is ready; it is made by [Otherwise].
type OtherwiseGuard struct{ _ byte }

// Otherwise is a guard that makes a [Select] not wait.
func Otherwise() *OtherwiseGuard { return &OtherwiseGuard{} }

func (g *OtherwiseGuard) isAbsent() bool { return g == nil }
