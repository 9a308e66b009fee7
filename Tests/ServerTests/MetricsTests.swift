import Statistics
import SystemCalls
import Testing

@testable import Daemon
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
        "animo_queue_bytes", "animo_queue_oldest_age_seconds", "animo_current_file_progress_ratio",
        "process_cpu_seconds_total", "process_start_time_seconds", "process_resident_memory_bytes",
        "process_virtual_memory_bytes", "process_open_fds", "process_max_fds", "process_threads",
        "animo_build_info{version=\"1.0\",model=\"es-tweets@0\"}", "animo_start_time_seconds",
      ])
    let gathered = samples.filter { $0.key.contains("_total") && !$0.key.hasPrefix("process_") }
    #expect(gathered.allSatisfy { $0.value == 0 || $0.key.contains("aside") })
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

  @Test("What the intake measures has its series, and the latencies are a histogram")
  func measures() throws {
    var daemon = SomeDaemon.state()
    daemon.statistics = CurrentStatistics(
      snapshot: daemon.statistics.snapshot, time: UTCTime(microseconds: 1_790_000_100_000_000),
      started: daemon.statistics.started, since: "", model: "m@0",
      queue: {
        var queue = IntakeQueue(queued: 2, current: ("a.jsonl", 41))
        (queue.bytes, queue.oldest) = (1234, UTCTime(microseconds: 1_790_000_007_500_000))
        return queue
      }())
    var intake = IntakeMeasurements(tasks: ["writing labels", "other"], folders: ["out"])
    intake.tasks[0].isHeld = true
    intake.lastSuccess = UTCTime(microseconds: 5_250_000)
    for seconds in [0.05, 0.1, 0.2, 20_000] { intake.latency.add(seconds) }
    (intake.folders, intake.space) = ([("out", 3, 99)], [("spool", 7, 8)])
    intake.ledgerBytes = 4096
    daemon.measurements = intake
    let samples = try Exposition(MetricsText(of: daemon).text).samples
    let expected: [String: Double] = [
      "animo_queue_bytes": 1234, "animo_queue_oldest_age_seconds": 92.5,
      "animo_current_file_progress_ratio": 0.41,
      "animo_held_up_by{task=\"writing labels\"}": 1, "animo_held_up_by{task=\"other\"}": 0,
      "animo_last_success_time_seconds": 5.25, "animo_file_latency_seconds_bucket{le=\"0.1\"}": 2,
      "animo_file_latency_seconds_bucket{le=\"0.25\"}": 3,
      "animo_file_latency_seconds_bucket{le=\"14400.0\"}": 3,
      "animo_file_latency_seconds_bucket{le=\"+Inf\"}": 4, "animo_file_latency_seconds_count": 4,
      "animo_file_latency_seconds_sum": 20_000.35, "animo_folder_files{folder=\"out\"}": 3,
      "animo_folder_bytes{folder=\"out\"}": 99, "animo_filesystem_free_bytes{folder=\"spool\"}": 7,
      "animo_filesystem_size_bytes{folder=\"spool\"}": 8, "animo_ledger_bytes": 4096,
    ]
    for (series, value) in expected { #expect(samples[series] == value, "\(series)") }
  }

  @Test("The process is measured as it is")
  func measuresProcess() throws {
    let usage = ProcessUsage()
    #expect(usage.processorTime > 0)
    let resident = try #require(usage.residentBytes)
    let virtual = try #require(usage.virtualBytes)
    #expect(resident > 1 << 20 && resident < virtual)
    #expect(try #require(usage.openFiles) >= 3)
    #expect(try #require(usage.threads) >= 1)
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
