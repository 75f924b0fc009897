// Package contract is what checks values before they are sent, where the program has imported it (15.2). Without that, a stage
// depends on nothing.
package contract

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Compile makes what checks values against a JSON Schema; nil where nothing here does. The package handover/contracts sets it
// before the program begins.
var Compile func(schema string) (Check, error)

// Check is where a view of a value does not meet a schema; nil: it does.
type Check func(view any) (*Unmet, error)

// Unmet is what a value does not meet.
type Unmet struct {
	// Location are the keys and places that lead there.
	Location []string
	Expected string
}

// Feature is what the hello names.
const Feature = "contracts"

// Contract is that of one channel. What checks it is made with the first value.
type Contract struct {
	Text    string
	compile sync.Once
	check   Check
	problem error
}

// Find is where a value does not meet it, and what is expected there; "", "": it does. The value is one that was decoded.
func (c *Contract) Find(value any) (path, expected string, err error) {
	c.compile.Do(func() {
		if Compile == nil {
			c.problem = fmt.Errorf("nothing in this program checks contracts: import _ \"handover/contracts\"")
			return
		}
		c.check, c.problem = Compile(c.Text)
	})
	if c.problem != nil {
		return "", "", c.problem
	}
	for _, view := range viewsOf(value) {
		unmet, err := c.check(view)
		if err != nil {
			return "", "", err
		}
		if unmet != nil {
			return pathOf(view, unmet.Location), unmet.Expected, nil
		}
	}
	return "", "", nil
}

// anything is one of each type of JSON: where a value has something for which JSON has no word, it meets a schema with all of them
// in that place (15.4).
var anything = []any{nil, false, int64(0), "", []any{}, map[string]any{}}

func viewsOf(value any) []any {
	if !hasWordless(value) {
		return []any{value}
	}
	views := make([]any, len(anything))
	for i, one := range anything {
		views[i] = with(value, one)
	}
	return views
}

func hasWordless(value any) bool {
	switch value := value.(type) {
	case []any:
		for _, entry := range value {
			if hasWordless(entry) {
				return true
			}
		}
		return false
	case map[string]any:
		for _, entry := range value {
			if hasWordless(entry) {
				return true
			}
		}
		return false
	}
	return isWordless(value)
}

func with(value, one any) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i, entry := range value {
			list[i] = with(entry, one)
		}
		return list
	case map[string]any:
		pairs := make(map[string]any, len(value))
		for key, entry := range value {
			pairs[key] = with(entry, one)
		}
		return pairs
	}
	if isWordless(value) {
		return one
	}
	return value
}

// isWordless: what is nothing of the others is an end.
func isWordless(value any) bool {
	switch value := value.(type) {
	case nil, bool, string, int64, uint64:
		return false
	case float64:
		return math.IsNaN(value) || math.IsInf(value, 0)
	case []byte, time.Time:
		return true
	}
	return true
}

var name = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)

// pathOf is how code would write it: $.lines[1].price. The value tells the places of a list from the keys of a map.
func pathOf(value any, location []string) string {
	var path strings.Builder
	path.WriteByte('$')
	for _, step := range location {
		list, isList := value.([]any)
		switch {
		case isList:
			fmt.Fprintf(&path, "[%s]", step)
		case name.MatchString(step):
			path.WriteString("." + step)
		default:
			fmt.Fprintf(&path, "[%q]", step)
		}
		if isList {
			value = nil
			if at, err := strconv.Atoi(step); err == nil && at < len(list) {
				value = list[at]
			}
		} else if pairs, isMap := value.(map[string]any); isMap {
			value = pairs[step]
		}
	}
	return path.String()
}
