{{- define "store.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
The prefix of every object, at most 52 characters: a StatefulSet's pods get the label controller-revision-hash,
which is this name and a hash of up to 11 characters, and labels end at 63.
*/}}
{{- define "store.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "store.headlessName" -}}
{{ include "store.fullname" . }}-headless
{{- end }}

{{- define "store.secretName" -}}
{{- default (include "store.fullname" .) .Values.auth.existingSecret }}
{{- end }}

{{- define "store.selectorLabels" -}}
app.kubernetes.io/name: {{ include "store.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "store.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "store.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: database
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "store.image" -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}

{{/* The password: from the values, else from the cluster, else a new one. */}}
{{- define "store.password" -}}
{{- $existing := lookup "v1" "Secret" .Release.Namespace (include "store.secretName" .) }}
{{- if .Values.auth.password }}
{{- .Values.auth.password }}
{{- else if and $existing (hasKey (default dict $existing.data) "password") }}
{{- index $existing.data "password" | b64dec }}
{{- else }}
{{- randAlphaNum 32 }}
{{- end }}
{{- end }}

{{/* A value as an operator wrote it: numbers of a values file are floats, and 1000000 must not become 1e+06. */}}
{{- define "store.scalar" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end }}
{{- end }}
