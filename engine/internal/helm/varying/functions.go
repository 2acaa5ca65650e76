// Package varying replaces the template functions whose result is another one in each rendering.
package varying

import (
	"fmt"
	"reflect"
	"slices"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// names are sprig's functions that use random numbers, the time, or the order of a map.
var names = []string{
	"ago", "bcrypt", "date", "dateInZone", "date_in_zone", "encryptAES", "genCA", "genCAWithKey", "genPrivateKey",
	"genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "htmlDate",
	"htmlDateInZone", "htpasswd", "keys", "now", "randAlpha", "randAlphaNum", "randAscii", "randBytes", "randInt",
	"randNumeric", "shuffle", "uuidv4", "values",
}

// withKey are the functions that take a private key as their last argument, by those that generate one.
var withKey = map[string]string{
	"genCA":             "genCAWithKey",
	"genSelfSignedCert": "genSelfSignedCertWithKey",
	"genSignedCert":     "genSignedCertWithKey",
}

// Functions are functions for one rendering.
type Functions struct {
	// Map is for Helm's CustomTemplateFuncs.
	Map    template.FuncMap
	called bool
}

// New returns functions that behave like sprig's. With quickKeys, templates get new Ed25519 keys in place of
// RSA and DSA keys, which take from tenths of seconds to seconds.
func New(quickKeys bool) *Functions {
	upstream := sprig.GenericFuncMap()
	functions := &Functions{Map: template.FuncMap{}}
	for _, name := range names {
		call := reflect.ValueOf(upstream[name])
		if quickKeys {
			call = quick(name, upstream)
		}
		functions.Map[name] = functions.recording(call)
	}
	return functions
}

// Called reports whether a template has called one of the functions.
func (f *Functions) Called() bool { return f.called }

func (f *Functions) recording(call reflect.Value) any {
	signature := call.Type()
	return reflect.MakeFunc(signature, func(arguments []reflect.Value) []reflect.Value {
		f.called = true
		if signature.IsVariadic() {
			return call.CallSlice(arguments)
		}
		return call.Call(arguments)
	}).Interface()
}

func quick(name string, upstream template.FuncMap) reflect.Value {
	original := reflect.ValueOf(upstream[name])
	if name == "genPrivateKey" {
		return reflect.ValueOf(func(kind string) string {
			if slices.Contains([]string{"", "rsa", "dsa"}, kind) {
				kind = "ed25519"
			}
			return fmt.Sprint(original.Call([]reflect.Value{reflect.ValueOf(kind)})[0])
		})
	}
	if withKey[name] == "" {
		return original
	}
	newKey := reflect.ValueOf(upstream["genPrivateKey"])
	generate := reflect.ValueOf(upstream[withKey[name]])
	return reflect.MakeFunc(original.Type(), func(arguments []reflect.Value) []reflect.Value {
		key := newKey.Call([]reflect.Value{reflect.ValueOf("ed25519")})
		return generate.Call(slices.Concat(arguments, key))
	})
}
