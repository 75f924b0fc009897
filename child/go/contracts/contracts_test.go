package contracts

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"reflect"
	"testing"

	"handover/internal/contract"
	"handover/internal/value"
)

func TestVectors(t *testing.T) {
	text, err := os.ReadFile("../../../test/vectors/contracts.json")
	if err != nil {
		t.Skip("the vectors that all languages share are not here")
	}
	var file struct {
		Vectors []struct {
			Name, Bytes, Path string
			Schema            json.RawMessage
			Meets             bool
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, vector := range file.Vectors {
		t.Run("§15.4 "+vector.Name, func(t *testing.T) {
			bytes, err := hex.DecodeString(vector.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			var decoded any
			if err := value.NewCodec(func(reflect.Type) bool { return false }).Decode(bytes, &decoded, none{}); err != nil {
				t.Fatal(err)
			}
			of := contract.Contract{Text: string(vector.Schema)}
			path, expected, err := of.Find(decoded)
			if err != nil {
				t.Fatal(err)
			}
			if meets := path == ""; meets != vector.Meets {
				t.Fatalf("meets: %v (%s: %s)", meets, path, expected)
			}
			if vector.Path != "" && path != vector.Path {
				t.Errorf("%s, not %s (%s)", path, vector.Path, expected)
			}
		})
	}
}

// none are the ends of a value that carries none.
type none struct{}

func (none) Count() int                    { return 0 }
func (none) Fill(int, reflect.Value) error { return nil }
func (none) Any(int) any                   { return nil }
