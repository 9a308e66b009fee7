/// Metrics as a monitor reads them: the text format of Prometheus, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct MetricsText {
  /// What a series is.
  enum MetricType: String {
    /// Only ever rises, but for a new start; its name ends in `_total`.
    case counter
    /// Rises and falls.
    case gauge
  }

  /// One number of a metric, told from its others by labels.
  struct Sample {
    var labels: [(name: String, value: String)] = []
    let value: String
  }

  static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// All lines, each with its end.
  private(set) var text = ""

  /// Adds a metric that is one number.
  mutating func add(_ type: MetricType, _ name: String, _ help: String, _ value: Int) {
    add(type, name, help, [Sample(value: "\(value)")])
  }

  /// Adds a metric with a number for each value of one label.
  mutating func add(
    _ type: MetricType, _ name: String, _ help: String, by label: String, _ values: [(String, Int)]
  ) {
    add(type, name, help, values.map { Sample(labels: [(label, $0)], value: "\($1)") })
  }

  /// Adds a metric with any numbers.
  ///
  /// - Parameter help: one sentence without line ends and backslashes.
  mutating func add(_ type: MetricType, _ name: String, _ help: String, _ samples: [Sample]) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type.rawValue)\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0.name)=\"\(Self.escape($0.value))\"" }.joined(separator: ",")
      text += name + (labels.isEmpty ? "" : "{\(labels)}") + " \(sample.value)\n"
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
