// Package contracts has a stage check the values that it sends against the contracts of their channels. It is imported for that
// alone:
//
//	import _ "handover/contracts"
//
// It is a module of its own: a stage without contracts depends on none of what it needs.
package contracts

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"handover/internal/contract"
)

func init() { contract.Compile = compile }

// where the schema is, for those who refer to it.
const where = "contract:///schema.json"

func compile(text string) (contract.Check, error) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.UseRegexpEngine(expression)
	compiler.UseLoader(nowhere{})
	if err := compiler.AddResource(where, document); err != nil {
		return nil, err
	}
	schema, err := compiler.Compile(where)
	if err != nil {
		return nil, err
	}
	return func(view any) (*contract.Unmet, error) {
		err := schema.Validate(view)
		var invalid *jsonschema.ValidationError
		switch {
		case err == nil:
			return nil, nil
		case !errors.As(err, &invalid):
			return nil, err
		}
		first := firstOf(invalid)
		return &contract.Unmet{
			Location: first.InstanceLocation,
			Expected: first.ErrorKind.LocalizedString(message.NewPrinter(language.English)),
		}, nil
	}, nil
}

// firstOf is what is told: of alternatives none of which is met, that.
func firstOf(err *jsonschema.ValidationError) *jsonschema.ValidationError {
	for len(err.Causes) > 0 {
		switch err.ErrorKind.(type) {
		case *kind.AnyOf, *kind.OneOf, *kind.Not, *kind.Contains:
			return err
		}
		err = err.Causes[0]
	}
	return err
}

// nowhere: a contract refers to nothing outside of itself.
type nowhere struct{}

func (nowhere) Load(url string) (any, error) {
	return nil, fmt.Errorf("a contract cannot refer to %s", url)
}

// pattern is one as JavaScript has them, as everywhere.
type pattern struct{ *regexp2.Regexp }

// mostMatching is for how long a text may be looked at: a pattern can be made so that it takes for ever.
const mostMatching = 5 * time.Second

func expression(text string) (jsonschema.Regexp, error) {
	compiled, err := regexp2.Compile(text, regexp2.ECMAScript|regexp2.Unicode)
	if err != nil {
		return nil, err
	}
	compiled.MatchTimeout = mostMatching
	return pattern{compiled}, nil
}

func (p pattern) MatchString(text string) bool {
	matches, err := p.Regexp.MatchString(text)
	return err == nil && matches
}

func (p pattern) String() string { return p.Regexp.String() }
