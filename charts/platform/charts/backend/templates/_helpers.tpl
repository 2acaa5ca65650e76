{{/* As a part of a platform, .Chart.Name is the alias: api, worker. */}}
{{- define "backend.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "backend.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "backend.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "backend.selectorLabels" . }}
app.kubernetes.io/part-of: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
example.com/environment: {{ .Values.global.environment }}
{{- end }}

{{- define "backend.image" -}}
{{- $name := required (printf "%s.image.name is required" .Chart.Name) .Values.image.name }}
{{- $image := printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) }}
{{- with .Values.global.imageRegistry }}{{ printf "%s/%s" . $image }}{{ else }}{{ $image }}{{ end }}
{{- end }}
