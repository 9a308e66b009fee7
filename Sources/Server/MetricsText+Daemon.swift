internal import Daemon
internal import JSON
internal import Statistics
internal import SystemCalls

extension MetricsText {
  /// The metrics of a daemon. All series exist from the start, and none depends on the name of a file.
  ///
  /// Lines are those of committed files, by this run and those before it: labelled, unjudged, rejected, blank and left
  /// out ones are all there are, at any moment.
  init(of daemon: DaemonState) {
    let total = daemon.statistics.snapshot.total
    add(.counter, "animo_lines_total", "Lines of committed files.", total.lines)
    add(
      .counter, "animo_labelled_lines_total", "Lines that were labelled, by label.",
      by: "label", Array(zip(total.labels, total.labelled)))
    add(
      .counter, "animo_unjudged_lines_total",
      "Lines with nothing to judge: links, user names and punctuation at most.", total.unjudged)
    add(
      .counter, "animo_rejected_lines_total", "Lines that could not be labelled, by reason.",
      by: "reason", Array(zip(total.reasons, total.rejected)))
    add(.counter, "animo_blank_lines_total", "Lines that hold nothing.", total.blank)
    add(.counter, "animo_left_out_lines_total", "Lines in languages that are left out.", total.leftOut)
    add(.counter, "animo_published_files_total", "Files that were labelled and published.", total.files)
    add(.counter, "animo_refused_files_total", "Files that were refused as a whole.", total.refusedFiles)
    addPresent(of: daemon)
    addWork(of: daemon)
    if let measurements = daemon.measurements { add(measurements) }
    addProcess(started: daemon.statistics.started)
  }

  /// Gauges, and the counters of this process.
  private mutating func addPresent(of daemon: DaemonState) {
    let statistics = daemon.statistics
    add(.gauge, "animo_queue_files", "Files in the inbox that will be taken.", statistics.queue.queued)
    add(
      .gauge, "animo_left_alone_files", "Inbox entries that are not regular files and are left alone.",
      statistics.queue.leftAlone)
    add(
      .gauge, "animo_held_jobs",
      "Claimed files that wait to be released or cancelled, such as beyond a limit.",
      statistics.queue.held)
    add(
      .counter, "animo_set_aside_total",
      "Things other than plain files that took the place of one while it was claimed, since the start.",
      statistics.queue.setAside)
    add(
      .gauge, "animo_held_up", "1 while a failing task, such as writing to a full disk, is being retried.",
      daemon.trouble == nil ? 0 : 1)
    add(
      .counter, "animo_reloads_total", "Reloads of the configuration since the start, by result.",
      by: "result", [("applied", daemon.reloads.applied), ("refused", daemon.reloads.refused)])
    let build = [("version", daemon.version), ("model", statistics.model)]
    add(
      .gauge, "animo_build_info", "The version of the program and the current model.",
      [Sample(labels: build, value: "1")])
    add(
      .gauge, "animo_start_time_seconds", "When the daemon started, since 1970.",
      [Sample(value: Self.seconds(statistics.started.microseconds))])
  }

  /// The queue and the file being read.
  private mutating func addWork(of daemon: DaemonState) {
    let (queue, now) = (daemon.statistics.queue, daemon.statistics.time.microseconds)
    add(.gauge, "animo_queue_bytes", "Size of the files in the inbox that will be taken.", queue.bytes)
    add(
      .gauge, "animo_queue_oldest_age_seconds",
      "How long the oldest of these files has been waiting; 0 without.",
      [Sample(value: Self.seconds(queue.oldest.map { max(0, now - $0.microseconds) } ?? 0))])
    add(
      .gauge, "animo_current_file_progress_ratio", "How much of the current file has been read; 0 without.",
      [Sample(value: JSONValue.decimal(Double(queue.current?.percent ?? 0) / 100, places: 2).line)])
  }

  /// What the intake measures of itself.
  private mutating func add(_ intake: IntakeMeasurements) {
    add(
      .gauge, "animo_held_up_by", "1 while this task fails and is being retried.", by: "task",
      intake.tasks.map { ($0.name, $0.isHeld ? 1 : 0) })
    add(
      .gauge, "animo_last_success_time_seconds", "When the last file was published, since 1970; 0 for never.",
      [Sample(value: Self.seconds(intake.lastSuccess?.microseconds ?? 0))])
    add(
      "animo_file_latency_seconds", "Time from the arrival of a file to its publication, in this run.",
      intake.latency)
    add(
      .gauge, "animo_folder_files", "Files in each folder, as of the last look.", by: "folder",
      intake.folders.map { ($0.name, $0.files) })
    add(
      .gauge, "animo_folder_bytes", "Size of the files in each folder, as of the last look.", by: "folder",
      intake.folders.map { ($0.name, $0.bytes) })
    add(
      .gauge, "animo_filesystem_free_bytes", "Free space of the file system of each folder.", by: "folder",
      intake.space.map { ($0.name, $0.free) })
    add(
      .gauge, "animo_filesystem_size_bytes", "Size of the file system of each folder.", by: "folder",
      intake.space.map { ($0.name, $0.size) })
    add(.gauge, "animo_ledger_bytes", "Size of the ledger with its companions.", intake.ledgerBytes)
  }

  /// The metrics that Prometheus' own libraries have of any process.
  private mutating func addProcess(started: UTCTime) {
    let usage = ProcessUsage()
    add(
      .counter, "process_cpu_seconds_total", "Processor time of the process.",
      [Sample(value: Self.seconds(usage.processorTime))])
    add(
      .gauge, "process_start_time_seconds", "When the process started, since 1970.",
      [Sample(value: Self.seconds(started.microseconds))])
    let gauges = [
      ("process_resident_memory_bytes", "Resident memory of the process.", usage.residentBytes),
      ("process_virtual_memory_bytes", "Address space of the process.", usage.virtualBytes),
      ("process_open_fds", "Open file descriptors.", usage.openFiles),
      ("process_max_fds", "Limit of open file descriptors.", usage.openFilesLimit),
      ("process_threads", "Threads of the process.", usage.threads),
    ]
    for (name, help, value) in gauges { if let value { add(.gauge, name, help, value) } }
  }

  /// Microseconds as seconds with three decimals.
  private static func seconds(_ microseconds: Int) -> String {
    JSONValue.decimal(Double(microseconds) / 1_000_000, places: 3).line
  }
}
