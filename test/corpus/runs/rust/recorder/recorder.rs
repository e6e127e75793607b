//! Records the spans of a program that really runs. tracing itself says where a span starts; a function that a span
//! belongs to says `here!()` in its first line.

use opentelemetry::trace::TracerProvider;
use opentelemetry::{Context, Value};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
use serde_json::{json, Map};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing_subscriber::layer::SubscriberExt;

#[macro_export]
macro_rules! here {
    () => {
        recorder::set_place(file!(), line!() - 1)
    };
}

#[derive(Debug, Clone, Default)]
pub struct Recorder {
    rows: Arc<Mutex<BTreeMap<String, String>>>,
}

pub fn set_place(file: &str, line: u32) {
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    tracing::Span::current().set_attribute("recorded.at", format!("{file}:{line}"));
}

pub fn start() -> Recorder {
    let recorder = Recorder::default();
    let provider = SdkTracerProvider::builder().with_span_processor(recorder.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("recorder"));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();
    recorder
}

impl SpanProcessor for Recorder {
    fn on_start(&self, _: &mut Span, _: &Context) {}
    fn on_end(&self, span: SpanData) {
        let (mut at, mut file, mut line) = (None, None, None);
        let mut attributes = Map::new();
        for attribute in &span.attributes {
            match attribute.key.as_str() {
                "recorded.at" => at = Some(attribute.value.to_string()),
                "code.filepath" | "code.file.path" => file = Some(attribute.value.to_string()),
                "code.lineno" | "code.line.number" => line = Some(attribute.value.to_string()),
                "thread.id" | "thread.name" | "busy_ns" | "idle_ns" | "target" | "code.module.name" | "code.namespace" => {}
                key => {
                    let value = match &attribute.value {
                        Value::I64(number) => json!(number),
                        Value::Bool(bit) => json!(bit),
                        other => json!(other.to_string()),
                    };
                    attributes.insert(key.to_string(), value);
                }
            }
        }
        let Some(at) = at.or_else(|| Some(format!("{}:{}", file?, line?))) else { return };
        let Some((_, at)) = at.split_once('/').filter(|_| !at.starts_with('/')) else { return };
        let kind = format!("{:?}", span.span_kind).to_lowercase();
        let row = json!({"name": span.name, "kind": kind, "attributes": attributes, "at": at});
        self.rows.lock().unwrap().entry(format!("{at}{}", span.name)).or_insert(row.to_string());
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Recorder {
    /// Sends the requests, one after the other, writes what was recorded, and ends.
    pub async fn ask(&self, framework: &str, port: u16, requests: &[&str]) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for each in requests {
            let (method, path) = each.split_once(' ').unwrap();
            let url = format!("http://127.0.0.1:{port}{path}");
            let asked = tokio::process::Command::new("curl").args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, &url]).output().await.unwrap();
            let status = String::from_utf8_lossy(&asked.stdout).to_string();
            if status.as_str() >= "400" {
                println!("ANSWER {each} {status}");
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        let rows = self.rows.lock().unwrap();
        let spans: Vec<_> = rows.values().cloned().collect();
        let text = format!("{{\"framework\":\"{framework}\",\"spans\":[\n{}\n]}}\n", spans.join(",\n"));
        std::fs::write(std::env::args().nth(1).unwrap(), text).unwrap();
        println!("{framework}: {} spans", spans.len());
        std::process::exit(0);
    }
}
