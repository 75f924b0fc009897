package value

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// shape is what a struct is as a value.
type shape struct {
	kind   kind
	fields []field
	// problem is why structs of its type cannot be sent; nil where they can.
	problem *Problem
}

type kind uint8

const (
	moment kind = iota
	end
	record // a map with a key for each field
)

type field struct {
	name  string
	index []int
	omits func(reflect.Value) bool
}

func (c *Codec) shapeOf(t reflect.Type) *shape {
	if known, isKnown := c.shapes.Load(t); isKnown {
		return known.(*shape)
	}
	made, _ := c.shapes.LoadOrStore(t, c.newShape(t))
	return made.(*shape)
}

func (c *Codec) newShape(t reflect.Type) *shape {
	switch {
	case t == momentType:
		return &shape{kind: moment}
	case c.isEnd(t):
		return &shape{kind: end}
	}
	made := &shape{kind: record}
	made.collect(c, t, nil, map[reflect.Type]bool{t: true})
	made.choose(t)
	return made
}

// choose keeps one field for each name: that which is embedded least deep.
func (s *shape) choose(t reflect.Type) {
	chosen := make(map[string]int)
	for _, one := range s.fields {
		if depth, isThere := chosen[one.name]; !isThere || len(one.index) < depth {
			chosen[one.name] = len(one.index)
		}
	}
	s.fields = slices.DeleteFunc(s.fields, func(one field) bool { return len(one.index) > chosen[one.name] })
	if len(s.fields) > len(chosen) && s.problem == nil {
		s.problem = &Problem{What: fmt.Sprintf("a %s, of which two fields have one name", t)}
	}
}

// collect adds the fields of a struct, and those of structs that it embeds without a name.
func (s *shape) collect(c *Codec, t reflect.Type, above []int, within map[reflect.Type]bool) {
	for i := range t.NumField() {
		one := t.Field(i)
		tag, hasTag := one.Tag.Lookup("json")
		if tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		index := append(append([]int(nil), above...), i)
		if inner := c.structIn(one.Type); one.Anonymous && name == "" && inner != nil && !within[inner] {
			if one.IsExported() || one.Type.Kind() == reflect.Struct {
				within[inner] = true
				s.collect(c, inner, index, within)
				continue
			}
		}
		if !one.IsExported() {
			if s.problem == nil {
				what := "a %s, whose field %s is not exported and would not arrive (mark it `json:\"-\"`, or send what has no such field)"
				s.problem = &Problem{What: fmt.Sprintf(what, t, one.Name)}
			}
			continue
		}
		if !hasTag || name == "" {
			name = one.Name
		}
		s.fields = append(s.fields, field{name, index, omission(options)})
	}
}

// structIn is the struct that a type is, or points to; nil where that is no record.
func (c *Codec) structIn(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == momentType || c.isEnd(t) {
		return nil
	}
	return t
}

// omission says of a field when it is left out.
func omission(options string) func(reflect.Value) bool {
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitzero":
			return reflect.Value.IsZero
		case "omitempty":
			return isEmpty
		}
	}
	return func(reflect.Value) bool { return false }
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// named is the field with that name, or with one that differs in capitals only, as in encoding/json.
func (s *shape) named(name string) (int, bool) {
	other := -1
	for i := range s.fields {
		if s.fields[i].name == name {
			return i, true
		}
		if other < 0 && strings.EqualFold(s.fields[i].name, name) {
			other = i
		}
	}
	return other, other >= 0
}

// of is the field of a struct; it reports false where an embedded pointer on the way to it is nil.
func (f field) of(v reflect.Value) (reflect.Value, bool) {
	for at, i := range f.index {
		if at > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// made is the field of a struct that can be set, where embedded pointers are made on the way to it.
func (f field) made(v reflect.Value) reflect.Value {
	for at, i := range f.index {
		if at > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}
