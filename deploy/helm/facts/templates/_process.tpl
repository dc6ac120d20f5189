{{/*
Pods of all processes. The values: root, process (name of the verb), args, secrets (variable: key of the Secret), variables
(name and value), ports (name: number), resources, restarts (false for Jobs), keeps (true where a claim `home` is mounted).
*/}}
{{- define "facts.name" -}}
{{ .root.Release.Name }}-{{ .process }}
{{- end }}

{{- define "facts.labels" -}}
app.kubernetes.io/name: {{ include "facts.name" . }}
app.kubernetes.io/part-of: {{ .root.Release.Name }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "facts.pod" -}}
metadata:
  labels:
    app.kubernetes.io/name: {{ include "facts.name" . }}
  annotations:
    # A change of the configuration restarts the process.
    checksum/config: {{ toYaml .root.Values.config | sha256sum }}
spec:
  enableServiceLinks: false
  serviceAccountName: {{ .root.Release.Name }}
  automountServiceAccountToken: false
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- if .restarts }}
  terminationGracePeriodSeconds: 30
  {{- else }}
  restartPolicy: Never
  {{- end }}
  {{- if .keeps }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector: { matchLabels: { app.kubernetes.io/name: {{ include "facts.name" . }} } }
  {{- end }}
  containers:
    - name: {{ .process }}
      image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}"
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ concat (list .process) .args | toJson }}
      env:
        - { name: FACTS_CONFIG, value: /etc/facts/facts.yaml }
        # State, stores and logs; nothing else is written.
        - { name: FACTS_HOME, value: /var/lib/facts }
        {{- range .variables }}
        - { name: {{ .name }}, value: {{ .value }} }
        {{- end }}
        {{- range $name, $key := .secrets }}
        - name: {{ $name }}
          valueFrom: { secretKeyRef: { name: {{ $.root.Values.secret }}, key: {{ $key }} } }
        {{- end }}
      {{- if .ports }}
      ports:
        {{- range $name, $number := .ports }}
        - { name: {{ $name }}, containerPort: {{ $number }} }
        {{- end }}
      # The process answers once it has its configuration; what it waits for afterwards is in /readyz.
      startupProbe:
        httpGet: { path: /healthz, port: health }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: health }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: health }
        periodSeconds: 5
        timeoutSeconds: 5
      {{- end }}
      resources: {{ toYaml .resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      volumeMounts:
        - { name: config, mountPath: /etc/facts, readOnly: true }
        - { name: home, mountPath: /var/lib/facts }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: config
      configMap: { name: {{ .root.Release.Name }}-config }
    - name: tmp
      emptyDir: {}
    {{- if not .keeps }}
    - name: home
      emptyDir: {}
    {{- end }}
{{- end }}

{{/* A process of which there is one, never two at a time. */}}
{{- define "facts.single" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "facts.name" . }}
  labels: {{ include "facts.labels" . | nindent 4 }}
spec:
  replicas: 1
  strategy: { type: Recreate }
  selector: { matchLabels: { app.kubernetes.io/name: {{ include "facts.name" . }} } }
  template: {{ include "facts.pod" . | nindent 4 }}
{{- end }}

{{/* A process that ends. Each revision has a Job of its own: the template of a Job cannot be changed. */}}
{{- define "facts.job" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "facts.name" . }}-{{ .root.Release.Revision }}
  labels: {{ include "facts.labels" . | nindent 4 }}
spec:
  backoffLimit: 5
  activeDeadlineSeconds: {{ .deadline }}
  template: {{ include "facts.pod" . | nindent 4 }}
{{- end }}

{{/* Instances with a name that lasts and a folder each; one is away at a time. */}}
{{- define "facts.instances" -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "facts.name" . }}
  labels: {{ include "facts.labels" . | nindent 4 }}
spec:
  serviceName: {{ .service }}
  replicas: {{ .values.replicas }}
  # Instances do not need each other to start; a rolling update still replaces one at a time, by /readyz.
  podManagementPolicy: Parallel
  selector: { matchLabels: { app.kubernetes.io/name: {{ include "facts.name" . }} } }
  template: {{ include "facts.pod" . | nindent 4 }}
  volumeClaimTemplates:
    - metadata: { name: home }
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .values.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources: { requests: { storage: {{ .values.storage }} } }
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .service }}
  labels: {{ include "facts.labels" . | nindent 4 }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: { app.kubernetes.io/name: {{ include "facts.name" . }} }
  ports:
    {{- range $name, $number := .ports }}
    - { name: {{ $name }}, port: {{ $number }}, targetPort: {{ $name }} }
    {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "facts.name" . }}
  labels: {{ include "facts.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector: { matchLabels: { app.kubernetes.io/name: {{ include "facts.name" . }} } }
{{- end }}
