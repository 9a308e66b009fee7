internal import JSON
internal import Statistics

/// Metrics in the text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricsText {
  /// The type of a metric.
  enum MetricType: String {
    /// Only increases, except for a restart; its name ends in `_total`.
    case counter
    /// Increases and decreases.
    case gauge
    /// Counts values by ranges.
    case histogram
  }

  /// One number of a metric, identified by labels.
  struct Sample {
    var labels: [(name: String, value: String)] = []
    let value: String
    /// What follows the metric's name, in a histogram.
    var suffix = ""
  }

  static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// All lines, each with its end.
  private(set) var text = ""

  /// Adds a metric with a single number.
  mutating func add(_ type: MetricType, _ name: String, _ help: String, _ value: Int) {
    add(type, name, help, [Sample(value: "\(value)")])
  }

  /// Adds a metric with a number for each value of one label.
  mutating func add(
    _ type: MetricType, _ name: String, _ help: String, by label: String, _ values: [(String, Int)]
  ) {
    add(type, name, help, values.map { Sample(labels: [(label, $0)], value: "\($1)") })
  }

  /// Adds a histogram.
  mutating func add(_ name: String, _ help: String, _ histogram: Histogram) {
    let buckets = zip(histogram.bounds, histogram.cumulative).map { bound, count in
      Sample(labels: [("le", "\(bound)")], value: "\(count)", suffix: "_bucket")
    }
    let all = Sample(labels: [("le", "+Inf")], value: "\(histogram.count)", suffix: "_bucket")
    add(
      .histogram, name, help,
      buckets + [
        all, Sample(value: JSONValue.decimal(histogram.sum, places: 3).line, suffix: "_sum"),
        Sample(value: "\(histogram.count)", suffix: "_count"),
      ])
  }

  /// Adds a metric with any samples.
  ///
  /// - Parameter help: one sentence without line ends and backslashes.
  mutating func add(_ type: MetricType, _ name: String, _ help: String, _ samples: [Sample]) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type.rawValue)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.name)=\"\(Self.escape($0.value))\"" }.joined(separator: ",")
      text += name + sample.suffix + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)\n"
    }
  }

  private static func escape(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
