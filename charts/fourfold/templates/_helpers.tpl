{{/* The name of what is installed: fourfold-operator, whatever the release is called; two releases need two names. */}}
{{- define "fourfold.name" -}}
{{- if eq .Release.Name "fourfold" }}fourfold-operator{{ else }}{{ printf "%s-fourfold" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "fourfold.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "fourfold.name" .) }}
{{- end }}

{{- define "fourfold.selector" -}}
app.kubernetes.io/name: {{ include "fourfold.name" . }}
app.kubernetes.io/component: operator
{{- end }}

{{- define "fourfold.labels" -}}
app.kubernetes.io/part-of: fourfold
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{/* The labels with those of the user, each key once. Takes (dict "labels" … "root" .). */}}
{{- define "fourfold.labelsWith" -}}
{{- toYaml (merge (include "fourfold.labels" .root | fromYaml) (.labels | default dict)) }}
{{- end }}

{{/* registry/repository:tag or @digest. Takes (dict "image" … "root" .). */}}
{{- define "fourfold.image" -}}
{{- $registry := .image.registry | default .root.Values.global.imageRegistry -}}
{{- $name := ternary .image.repository (printf "%s/%s" $registry .image.repository) (empty $registry) -}}
{{- if .image.digest }}{{ $name }}@{{ .image.digest }}{{ else }}{{ $name }}:{{ .image.tag | default .root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Names of what the webhook needs. */}}
{{- define "fourfold.webhook.configuration" -}}
{{- if eq .Release.Name "fourfold" }}fourfold{{ else }}{{ include "fourfold.name" . }}{{ end }}
{{- end }}
{{- define "fourfold.webhook.service" -}}
{{ include "fourfold.webhook.configuration" . }}-webhook
{{- end }}
{{- define "fourfold.webhook.secret" -}}
{{ include "fourfold.webhook.service" . }}-authorities
{{- end }}
{{/* The Secret with its serving certificate, where the operator does not make its own. */}}
{{- define "fourfold.webhook.certificate" -}}
{{ .Values.injector.certificates.secretName | default (printf "%s-certificate" (include "fourfold.webhook.service" .)) }}
{{- end }}

{{/* Adds to a selector that namespaces are among those watched; the second of its expressions. Takes (dict "selector" … "root" .). */}}
{{- define "fourfold.within" -}}
{{- with .root.Values.watchNamespaces }}
{{- $in := dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" . }}
{{- $given := $.selector.matchExpressions }}
{{- $_ := set $.selector "matchExpressions" (concat (list (first $given) $in) (rest $given)) }}
{{- end }}
{{- end }}
