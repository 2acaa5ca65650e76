import { writeChart } from "../charts/write-chart.ts";
import { BUSYBOX_IMAGE } from "./write-image.ts";

/** A chart with one Deployment, `app`, whose container has these fields besides the image. */
export function deploymentChart(container: object, podFields: object = {}): Promise<string> {
  return writeChart({ "templates/app.yaml": JSON.stringify(deployment("app", container, podFields)) });
}

/** A Deployment with one Pod, which ends at once when it is deleted. */
export function deployment(name: string, container: object, podFields: object = {}): object {
  const labels = { app: name };
  const containers = [{ name, image: BUSYBOX_IMAGE, ...container }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, ...podFields, containers } },
    },
  };
}

/** A container that answers with a text on port 8080, and is ready when it does. */
export const webContainer = {
  command: ["sh", "-c", "echo serving; echo hello > /index.html; exec httpd -f -p 8080 -h /"],
  ports: [{ name: "http", containerPort: 8080 }],
  readinessProbe: { httpGet: { port: "http", path: "/index.html" }, periodSeconds: 1 },
};
