package handover

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"handover/internal/party"
	"handover/internal/value"
	"handover/internal/wire"
)

var codec = value.NewCodec(func(t reflect.Type) bool {
	return t.PkgPath() == reflect.TypeFor[Stage]().PkgPath() && t.Implements(reflect.TypeFor[carried]())
})

// carried is a Sender or a Receiver of any type, as a value that carries it sees it.
type carried interface {
	carried() *end
}

// fillable is a pointer to one, which an end that came is given to.
type fillable interface {
	side() wire.Side
	fill(*end)
}

// written is a value of the process as a guard sends it.
func (s *Stage) written(to *end, v any) (party.Guard, error) {
	leaving := leaving{stage: s}
	bytes, err := codec.Encode(v, &leaving)
	if err == nil {
		if err := s.meets(to, v, bytes, leaving.ends); err != nil {
			return party.Guard{}, err
		}
		return party.Guard{Copy: to.copy, Value: bytes, Carried: leaving.ends}, nil
	}
	// Where nothing can be sent any more, that is the reason: the ends in the value are gone for the same.
	var why party.Ending
	s.link.Turn(func(*party.Party) { why = to.copy.Unusable() })
	if why != nil {
		return party.Guard{}, to.problem(context.Background(), "send", v, why)
	}
	problem := err.(*value.Problem)
	return party.Guard{}, to.notEncodable(v, problem.Path(), problem.What)
}

// meets is how a value breaks the contract of its channel; nil: it does not. What is checked is what goes on the wire.
func (s *Stage) meets(to *end, v any, bytes []byte, ends []*party.Copy) error {
	contract := to.copy.Contract()
	if contract == nil {
		return nil
	}
	var said any
	if err := codec.Decode(slices.Clone(bytes), &said, departing(ends)); err != nil {
		return err
	}
	path, expected, err := contract.Find(said)
	switch {
	case err != nil:
		what := "%q has a contract that cannot be checked here: %s"
		return &SetupError{ErrTopology, fmt.Sprintf(what, to.channel(), err)}
	case path == "":
		return nil
	}
	message := fmt.Sprintf("the value for %q does not meet the contract of the channel: at %s: %s. Nothing was sent",
		to.channel(), path, expected)
	return &OperationError{ErrContract, "send", to.channel(), v, 0, &ContractError{path, expected}, message}
}

// departing are the ends in a value, for who checks it: they are only ends there.
type departing []*party.Copy

// Count is for the codec.
func (d departing) Count() int { return len(d) }

// Fill is for the codec.
func (d departing) Fill(int, reflect.Value) error { return nil }

// Any is for the codec.
func (d departing) Any(place int) any { return d[place] }

// mostCarried is how many ends a value may carry (5.7).
const mostCarried = 64

// leaving are the ends that go with a value.
type leaving struct {
	stage *Stage
	ends  []*party.Copy
}

// Place is for the codec.
func (l *leaving) Place(v reflect.Value) (byte, error) {
	end := v.Interface().(carried).carried()
	if end == nil {
		return 0, fmt.Errorf("an end of no channel (the zero %s; leave it out with a pointer, or omitzero)", v.Type())
	}
	if place := slices.Index(l.ends, end.copy); place >= 0 {
		return byte(place), nil
	}
	if len(l.ends) == mostCarried {
		return 0, fmt.Errorf("one end more than the %d that a value may carry", mostCarried)
	}
	why := ""
	l.stage.link.Turn(func(p *party.Party) { why = end.copy.Unfit(p) })
	if why != "" {
		return 0, errors.New(why)
	}
	l.ends = append(l.ends, end.copy)
	return byte(len(l.ends) - 1), nil
}

// read is a value that is in hand; what cannot be read is refused.
func read[T any](stage *Stage, held *party.Held) (T, bool) {
	var read T
	coming := coming{stage, make([]*end, len(held.Carried())), held}
	err := codec.Decode(held.Value(), &read, &coming)
	if err == nil && len(coming.ends) == 0 {
		return read, true
	}
	stage.link.Turn(func(*party.Party) {
		if err != nil {
			held.Refuse(err.Error())
			return
		}
		// What the value has in fields that its type does not have, nobody can use.
		for place, end := range coming.ends {
			if end == nil {
				held.Carried()[place].Close()
			}
		}
	})
	return read, err == nil
}

// coming are the ends that came with a value; those that its code gets, by their places.
type coming struct {
	stage *Stage
	ends  []*end
	held  *party.Held
}

// Count is for the codec.
func (c *coming) Count() int { return len(c.ends) }

// Fill is for the codec.
func (c *coming) Fill(place int, v reflect.Value) error {
	into := v.Addr().Interface().(fillable)
	if side := c.held.Carried()[place].Side(); side != into.side() {
		return fmt.Errorf("an end to %s, which is no %s,", side, v.Type())
	}
	into.fill(c.end(place))
	return nil
}

// Any is for the codec.
func (c *coming) Any(place int) any {
	if c.held.Carried()[place].Side() == wire.Send {
		return Sender[any]{c.end(place)}
	}
	return Receiver[any]{c.end(place)}
}

func (c *coming) end(place int) *end {
	if c.ends[place] == nil {
		c.ends[place] = &end{c.stage, c.held.Carried()[place]}
	}
	return c.ends[place]
}
