package registry

import (
	"reflect"
	"testing"
)

func TestListenersSeeWhatWasAppliedAndRemoved(t *testing.T) {
	r := New[string]("rule")
	var changes [][]Entry[string]
	r.OnChange(func(changed []Entry[string]) { changes = append(changes, changed) })
	ids := r.Apply(Target{Namespace: "web"}, "a", "b")
	r.Apply(Target{}, "c")
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
		{{"rule-1", Target{Namespace: "web"}, "a"}, {"rule-2", Target{Namespace: "web"}, "b"}},
		{{"rule-3", Target{}, "c"}},
		{{"rule-1", Target{Namespace: "web"}, "a"}},
		{{"rule-2", Target{Namespace: "web"}, "b"}},
	}
	if !reflect.DeepEqual(changes, want) {
		t.Errorf("changes %v, expected %v", changes, want)
	}
}

func TestAListIsThatOfANamespaceOrOfAll(t *testing.T) {
	r := New[string]("rule")
	r.Apply(Target{Namespace: "web"}, "a")
	r.Apply(Target{}, "b")
	r.Apply(Target{Namespace: "web"}, "c")
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
