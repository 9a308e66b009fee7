package import Statistics
package import SystemCalls

/// What the ledger knows of one job.
package struct JobRecord: Equatable, Sendable {
  /// How far a job has come.
  package enum State: String, CaseIterable, Sendable {
    /// Its input is in `work/`; what is done of it, the checkpoint says.
    case claimed
    /// Its parts are complete and on disk, and their final names chosen: it will be published, whatever happens.
    case committed
    /// All its files are in their places.
    case published
  }

  /// The names under which a job's files are published; what it has none of is nil.
  package struct FinalNames: Equatable, Sendable {
    /// Its labelled lines, in `out/`.
    package var output: FileName?
    /// Its bad lines, in `rejected/`.
    package var rejects: FileName?
    /// The input itself, in `rejected/`, when it was refused.
    package var kept: FileName?
    /// Why it was refused, in `rejected/`.
    package var why: FileName?

    /// These names.
    package init(
      output: FileName? = nil, rejects: FileName? = nil, kept: FileName? = nil, why: FileName? = nil
    ) {
      (self.output, self.rejects, self.kept, self.why) = (output, rejects, kept, why)
    }
  }

  /// When it was claimed, committed and published, as in RFC 3339; what has not been is nil.
  package struct Times: Equatable, Sendable {
    package var claimed: String
    package var committed: String?
    package var published: String?
  }

  /// When it was claimed, unique: `20261004-101112-345678`.
  package let id: String
  /// The input's name.
  package let name: FileName
  /// How far it has come.
  package var state: State
  /// When that was.
  package var times: Times
  /// What is done of it.
  package var checkpoint: Checkpoint
  /// Where its files go, from the commit on.
  package var finalNames = FinalNames()
  /// Why the whole file was refused, in a word.
  package var refusal: String?

  /// A job that was claimed and is done as far as `checkpoint` says.
  package init(id: String, name: FileName, claimed: String, checkpoint: Checkpoint) {
    (self.id, self.name, self.checkpoint) = (id, name, checkpoint)
    state = .claimed
    times = Times(claimed: claimed)
  }
}

/// How far a job is done: a place in its input after a whole record, and what its parts hold up to there.
package struct Checkpoint: Equatable, Sendable {
  /// Which file the input is, and how it was when reading began.
  package struct Input: Equatable, Sendable {
    package var inode: Int
    /// In bytes.
    package var size: Int
    /// Its mtime, in nanoseconds since 1970.
    package var modified: Int
    /// The user who owns it; nil where an earlier version has not recorded that.
    package var owner: Int?

    /// A file as it was.
    package init(inode: Int, size: Int, modified: Int, owner: Int? = nil) {
      (self.inode, self.size, self.modified, self.owner) = (inode, size, modified, owner)
    }

    /// Whether this is the same file with the same content.
    package func isUnchanged(since earlier: Input) -> Bool {
      (inode, size, modified) == (earlier.inode, earlier.size, earlier.modified)
    }
  }

  /// A place in the structure of a JSON input.
  package struct Place: Equatable, Sendable {
    /// How many arrays of tweets are open.
    package var openArrays = 0
    /// How many tweets of the page that begins there are done.
    package var tweetsOfPage = 0
    /// Whether its line has begun before it.
    package var isInsideLine = false

    /// In no array, on no page, at the beginning of a line.
    package init() {}
  }

  /// The input.
  package var input: Input
  /// Bytes of the decompressed input.
  package var offset = 0
  /// Lines, blank ones too.
  package var line = 0
  /// Where it is in the structure of a JSON input, as far as that matters behind it.
  package var place = Place()
  /// How much of `work/JOB.labels` belongs to it, in bytes.
  package var labelsLength = 0
  /// How much of `work/JOB.rejects` does.
  package var rejectsLength = 0
  /// What has become of its lines.
  package var counts = Counts()
  /// The model that labels it, with its checksum.
  package var model: String
  /// How its lines are read and the answers written.
  package var settings: String

  /// Nothing is done yet.
  package init(of input: Input, model: String, settings: String) {
    (self.input, self.model, self.settings) = (input, model, settings)
  }
}
