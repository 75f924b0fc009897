package handover

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"

	"handover/internal/link"
	"handover/internal/party"
	"handover/internal/wire"
)

// Stage is this process, as the supervisor knows it.
type Stage struct {
	// Name is that of the stage, and Replica its number among the processes that share the work, from 0.
	Name    string
	Replica int

	link          *link.Link
	maxValueBytes int
	names         []string
	ends          map[string]*end
	// haveContract are the ends of channels that have one, by name.
	haveContract map[string]bool
}

// Run makes this process a stage, calls work, and ends the process: with exit code 0 when work returns nil, or an error that
// is ErrLeaving; else it prints the error to stderr, and the exit code is 1. It does not return.
//
// A stage ends well with exit code 0. With any other, and by a panic or a signal, it has failed, and who is at the other end
// of its channels learns so. What other goroutines have not brought to an end by then is cut off.
func Run(work func(stage *Stage) error) {
	stage, err := Start()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := work(stage); err != nil && !errors.Is(err, ErrLeaving) {
		fmt.Fprintln(os.Stderr, err)
		stage.Exit(1)
	}
	stage.Exit(0)
}

// Start makes this process a stage, and waits until the supervisor needs it; for programs to which Run does not fit. They end
// with [Stage.Exit]. Called again, it gives the same stage.
//
// When the supervisor is gone, the process ends at once with exit code 70, whatever its code is doing.
//
// The error has the code NOT_A_STAGE where no supervisor started the process.
func Start() (*Stage, error) { return start() }

var start = sync.OnceValues(func() (*Stage, error) {
	environment, isStage := link.TakeEnvironment()
	if !isStage {
		return nil, &SetupError{ErrNotAStage, "this process was not started by a supervisor: start the supervisor's program, " +
			"which starts it, as in supervisor.stage('name', { command: ['./program'] })"}
	}
	return newStage(environment), nil
})

func newStage(environment link.Environment) *Stage {
	link, welcome := link.Connect(environment)
	stage := &Stage{
		Name:          welcome.Settings.Stage,
		Replica:       int(welcome.Settings.Replica),
		link:          link,
		maxValueBytes: int(welcome.Settings.MaxValueBytes),
		ends:          make(map[string]*end),
		haveContract:  make(map[string]bool),
	}
	link.Turn(func(p *party.Party) {
		for _, named := range welcome.Ends {
			stage.names = append(stage.names, named.Name)
			stage.ends[named.Name] = &end{stage, p.Given(named.PassedEnd)}
			stage.haveContract[named.Name] = named.Contract != ""
		}
	})
	link.Listen()
	return stage
}

// Leaving is closed when the supervisor asks the process to come to its end: the program stops, or another process is to take
// the place of this one. Operations say it by an error that is ErrLeaving; this is for code that computes for long, or
// that waits for something else. A process that does not end is killed, after a while that the supervisor lays down.
func (s *Stage) Leaving() <-chan struct{} { return s.link.Leaving() }

// Exit ends the process with an exit code, when all that it has begun to say has left. As with os.Exit, deferred functions do
// not run. (Its own os.Exit is allowed, too: but it may cut off a large value on its way, and then the process has failed.)
func (s *Stage) Exit(code int) { s.link.Exit(code) }

// Ends sets the fields of a struct, each a [Sender] or a [Receiver], to the ends that the supervisor gave to the stage. A field
// has the end of its name, with other capitals if need be, or that which its tag names, as in encoding/json:
//
//	var ends struct {
//		Lines   handover.Receiver[string]
//		Rejects handover.Sender[Order] `json:"bad-orders"`
//	}
//	if err := stage.Ends(&ends); err != nil {
//		return err
//	}
//
// The error has the code TOPOLOGY where the stage has no such end, or the other one of its channel.
func (s *Stage) Ends(fields any) error {
	v := reflect.ValueOf(fields)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return &SetupError{ErrTopology, fmt.Sprintf("Ends wants a pointer to a struct, not a %T", fields)}
	}
	for i := range v.Elem().NumField() {
		field := v.Elem().Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			name = field.Name
		}
		var into fillable
		if field.IsExported() {
			into, _ = v.Elem().Field(i).Addr().Interface().(fillable)
		}
		if into == nil {
			what := "Ends cannot set the field %s, a %s: it sets exported fields that are Senders or Receivers"
			return &SetupError{ErrTopology, fmt.Sprintf(what, field.Name, field.Type)}
		}
		end, err := s.named(name, into.side())
		if err != nil {
			return err
		}
		into.fill(end)
	}
	return nil
}

// SenderOf is the end of that name, which the supervisor gave to the stage, to send values of type T. Whether the others
// expect that type, nothing checks. Called again, it gives the same end.
//
// The error has the code TOPOLOGY where the stage has no such end, or that receives.
func SenderOf[T any](stage *Stage, name string) (Sender[T], error) {
	end, err := stage.named(name, wire.Send)
	return Sender[T]{end}, err
}

// ReceiverOf is the end of that name, which the supervisor gave to the stage, to receive values of type T: one that cannot be
// read as a T is refused, and its sender is told. Called again, it gives the same end.
//
// The error has the code TOPOLOGY where the stage has no such end, or that sends.
func ReceiverOf[T any](stage *Stage, name string) (Receiver[T], error) {
	end, err := stage.named(name, wire.Receive)
	return Receiver[T]{end}, err
}

// Expect says against which contract an end of the stage was built: a JSON Schema. Where its channel has another, the process is
// refused before it has done anything on it, and the stage is not started again.
//
// The error has the code CONTRACT_MISMATCH where the channel has no contract, and TOPOLOGY where the stage has no such end.
func (s *Stage) Expect(name, schema string) error {
	end, isThere := s.ends[name]
	if !isThere {
		_, err := s.named(name, wire.Send)
		return err
	}
	if !s.haveContract[name] {
		what := "stage %q was built against a contract of %q, and the channel has none, so nobody checks what is sent on it: make " +
			"it with { contract }, or do not declare one in the stage"
		return &SetupError{ErrContractMismatch, fmt.Sprintf(what, s.Name, end.channel())}
	}
	s.link.Turn(func(p *party.Party) {
		if end.copy.Number() != 0 {
			p.Expects(end.copy, schema)
		}
	})
	return nil
}

func (s *Stage) named(name string, side wire.Side) (*end, error) {
	end, isThere := s.ends[name]
	if !isThere {
		other := slices.IndexFunc(s.names, func(given string) bool { return strings.EqualFold(given, name) })
		if isThere = other >= 0; isThere {
			end = s.ends[s.names[other]]
		}
	}
	if !isThere {
		given := "none"
		if len(s.names) > 0 {
			names := slices.Sorted(slices.Values(s.names))
			given = `"` + strings.Join(names, `", "`) + `"`
		}
		what := "the supervisor gave stage %q no end named %q, but: %s. Name it in the ends of supervisor.stage()"
		return nil, &SetupError{ErrTopology, fmt.Sprintf(what, s.Name, name, given)}
	}
	if end.copy.Side() != side {
		what := "the end %q of stage %q is there to %s, not to %s: expect a %s, or give it the other end of %q in supervisor.stage()"
		use := map[wire.Side]string{wire.Send: "Sender", wire.Receive: "Receiver"}[end.copy.Side()]
		return nil, &SetupError{ErrTopology, fmt.Sprintf(what, name, s.Name, end.copy.Side(), side, use, end.copy.Channel())}
	}
	return end, nil
}
