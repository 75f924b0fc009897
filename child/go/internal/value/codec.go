// Package value writes what Go has as the bytes of docs/protocol.md, section 5, and reads them. What would not arrive as it
// was sent is a *Problem that says where it is.
package value

import (
	"reflect"
	"sync"
	"time"
)

const (
	// deepest is how deep a value may be nested that is sent, and deepestRead one that comes (5.4).
	deepest     = 128
	deepestRead = 144
)

// Codec knows which types are ends of channels.
type Codec struct {
	isEnd func(reflect.Type) bool
	// shapes has a *shape for each type of a struct.
	shapes sync.Map
}

// NewCodec makes one; isEnd says of a type of a struct whether it is that of an end.
func NewCodec(isEnd func(reflect.Type) bool) *Codec {
	return &Codec{isEnd: isEnd}
}

// Leaving are the ends that go with a value.
type Leaving interface {
	// Place is the place of an end in the list beside the value. The error says why it cannot be there.
	Place(end reflect.Value) (byte, error)
}

// Coming are the ends that came with a value.
type Coming interface {
	// Count is how many there are.
	Count() int
	// Fill sets a field, or a variable, to the end of that place. The error says why it does not fit.
	Fill(place int, end reflect.Value) error
	// Any is the same, where nobody says which type is expected.
	Any(place int) any
}

// Problem is why a value cannot be written, or read.
type Problem struct {
	// What is the end of a sentence, as in "it cannot be sent: a Go channel".
	What string
	path string
}

func (p *Problem) Error() string { return p.What + " at " + p.Path() }

// Path is where it is in the value, such as $.items[3].when.
func (p *Problem) Path() string { return "$" + p.path }

// under is the problem of what is inside of something.
func under(step string, problem error) error {
	if inside, isProblem := problem.(*Problem); isProblem {
		return &Problem{inside.What, step + inside.path}
	}
	return &Problem{problem.Error(), step}
}

var momentType = reflect.TypeFor[time.Time]()
