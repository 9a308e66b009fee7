import Daemon
import Statistics
import Testing

@testable import Server

@Suite struct MetricsTests {
  /// A daemon that has settled 21 lines of 2 files, and refused a third one.
  private static let counts = {
    var counts = Counts(labels: SomeDaemon.labels, reasons: SomeDaemon.reasons)
    (counts.labelled, counts.rejected, counts.blank) = ([3, 4], [2, 0], 1)
    (counts.unjudged, counts.leftOut) = (5, 6)
    (counts.files, counts.refusedFiles) = (2, 1)
    return counts
  }()

  @Test("All series are there from the start, at nought")
  func startsWithAllSeries() throws {
    let samples = try Exposition(MetricsText(of: SomeDaemon.state()).text).samples
    #expect(
      Set(samples.keys) == [
        "animo_lines_total", "animo_blank_lines_total", "animo_published_files_total",
        "animo_labelled_lines_total{label=\"negative\"}", "animo_labelled_lines_total{label=\"positive\"}",
        "animo_rejected_lines_total{reason=\"bad_json\"}", "animo_rejected_lines_total{reason=\"no_text\"}",
        "animo_unjudged_lines_total", "animo_left_out_lines_total",
        "animo_refused_files_total", "animo_queue_files", "animo_left_alone_files", "animo_held_jobs",
        "animo_set_aside_total", "animo_held_up",
        "animo_reloads_total{result=\"applied\"}", "animo_reloads_total{result=\"refused\"}",
        "animo_build_info{version=\"1.0\",model=\"es-tweets@0\"}", "animo_start_time_seconds",
      ])
    #expect(samples.allSatisfy { !$0.key.contains("_total") || $0.value == 0 || $0.key.contains("aside") })
  }

  @Test("Each number is what the daemon counts, and the lines add up")
  func counts() throws {
    var daemon = SomeDaemon.state(counts: Self.counts, trouble: "held up: writing: disk full")
    (daemon.reloads.applied, daemon.reloads.refused) = (5, 6)
    let samples = try Exposition(MetricsText(of: daemon).text).samples
    let expected: [String: Double] = [
      "animo_lines_total": 21, "animo_unjudged_lines_total": 5, "animo_left_out_lines_total": 6,
      "animo_labelled_lines_total{label=\"negative\"}": 3,
      "animo_labelled_lines_total{label=\"positive\"}": 4, "animo_blank_lines_total": 1,
      "animo_rejected_lines_total{reason=\"bad_json\"}": 2, "animo_published_files_total": 2,
      "animo_refused_files_total": 1, "animo_queue_files": 3, "animo_left_alone_files": 1,
      "animo_held_jobs": 2,
      "animo_set_aside_total": 4, "animo_held_up": 1,
      "animo_reloads_total{result=\"applied\"}": 5, "animo_reloads_total{result=\"refused\"}": 6,
      "animo_start_time_seconds": 1_790_000_000.25,
    ]
    for (series, value) in expected { #expect(samples[series] == value, "\(series)") }
  }

  @Test("Names of models may hold anything")
  func escapesLabels() throws {
    let text = MetricsText(of: SomeDaemon.state(model: "a\\b \"c\"\nd, {e}=ñ")).text
    #expect(text.contains(#"animo_build_info{version="1.0",model="a\\b \"c\"\nd, {e}=ñ"} 1"#))
    _ = try Exposition(text)
  }

  @Test(
    "The tests' parser knows what is wrong",
    arguments: [
      "a 1\n", "# HELP a b\n# TYPE a gauge\na 1", "# HELP a b\n# TYPE a gauge\na 1\na 1\n",
      "# HELP a b\n# TYPE a counter\na 1\n", "# HELP a b\n# TYPE a gauge\n",
      "# HELP a b\n# TYPE a gauge\nb 1\n",
      "# HELP a b\n# TYPE a gauge\na{b=\"\"\"} 1\n", "# HELP a b\n# TYPE a gauge\na x\n",
      "# HELP a b\n# TYPE a gauge\na 1\n# HELP a b\n# TYPE a gauge\na{c=\"d\"} 1\n",
    ])
  func parsesStrictly(text: String) {
    #expect(throws: Exposition.Fault.self) { try Exposition(text) }
  }
}
