import ArgumentParser
import Datasets

/// How the corpora of the workshop are read.
struct CorpusArguments: ParsableArguments {
  @OptionGroup var inputs: InputArguments

  @Flag(help: "Leave out lines that hold no usable text, and count them, in place of stopping at the first.")
  var skipBadLines = false

  /// What they say, as a value.
  var reading: CorpusReading {
    CorpusReading(options: inputs.reading, badLines: skipBadLines ? .leaveOut : .fail)
  }
}
