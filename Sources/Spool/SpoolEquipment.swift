internal import Ledger
internal import Logging
internal import Streaming

/// What source and sink of a spool work with, both of them.
struct SpoolEquipment: Sendable {
  let directories: SpoolDirectories
  let ledger: Ledger
  let publisher: Publisher
  let statistics: StatisticsKeeper
  let board: JobBoard
  /// What holds the work up.
  let troubles: Troubles
  /// Shows that work which takes long goes on.
  let pulse: Pulse
  let provenance: Provenance
  let options: CurrentOptions
  /// What files are to be labelled with; nil for the pipeline's own engine.
  let engines: CurrentEngine?
  let log: Logger
}
