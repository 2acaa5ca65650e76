package registry

import (
	"reflect"
	"testing"
)

func TestListenersSeeWhatWasAppliedAndRemoved(t *testing.T) {
	r := New[string]("rule")
	var changes [][]Entry[string]
	r.OnChange(func(changed []Entry[string]) { changes = append(changes, changed) })
	ids := r.Apply("web", "a", "b")
	r.Apply("", "c")
	r.Remove([]string{"rule-9"})
	if removed := r.Remove([]string{"rule-1", "rule-9"}); !reflect.DeepEqual(removed, []string{"rule-1"}) {
		t.Errorf("removed %v", removed)
	}
	r.RemoveNamespace("")
	r.RemoveNamespace("web")
	if !reflect.DeepEqual(ids, []string{"rule-1", "rule-2"}) {
		t.Errorf("ids %v", ids)
	}
	want := [][]Entry[string]{
		{{"rule-1", "web", "a"}, {"rule-2", "web", "b"}},
		{{"rule-3", "", "c"}},
		{{"rule-1", "web", "a"}},
		{{"rule-2", "web", "b"}},
	}
	if !reflect.DeepEqual(changes, want) {
		t.Errorf("changes %v, expected %v", changes, want)
	}
}

func TestAListIsThatOfANamespaceOrOfAll(t *testing.T) {
	r := New[string]("rule")
	r.Apply("web", "a")
	r.Apply("", "b")
	r.Apply("web", "c")
	if list := r.List("web"); len(list) != 2 || list[0].Value != "a" || list[1].Value != "c" {
		t.Errorf("of web: %v", list)
	}
	if list := r.List(""); len(list) != 3 {
		t.Errorf("of all: %v", list)
	}
	if namespaces := Namespaces(r.All()); !reflect.DeepEqual(namespaces, []string{"web", ""}) {
		t.Errorf("namespaces %q", namespaces)
	}
}
