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

  /// Microseconds as seconds with three decimals.
  private static func seconds(_ microseconds: Int) -> String {
    JSONValue.decimal(Double(microseconds) / 1_000_000, places: 3).line
  }
}
