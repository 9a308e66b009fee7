import AWDLSTM
import ArgumentParser
import Datasets
import Glibc
import Ledger
import Sentiment
import Spool
import Streaming
import SystemCalls
import SystemPackage
import Systemd

/// What the program's exit statuses mean: sysexits.h, so that scripts can tell causes apart.
enum ExitStatus: Int32 {
  /// The command line is wrong.
  case usage = 64
  /// Some lines or files could not be labelled.
  case dataError = 65
  /// An input does not exist or cannot be opened.
  case noInput = 66
  /// The daemon that is asked is not there.
  case unavailable = 69
  /// A mistake in the program.
  case software = 70
  /// The system refused something that it ought to give.
  case osError = 71
  /// An output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed.
  case ioError = 74
  /// Another instance is at work.
  case temporaryFailure = 75
  /// Permission is missing.
  case noPermission = 77
  /// The configuration or the model is wrong.
  case configuration = 78
}

/// A command that has to end, with what the user is to be told.
struct CommandFailure: Error, CustomStringConvertible {
  let status: ExitStatus
  /// Says what is wrong and what to do; nil when all has been said.
  let message: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status
    self.message = message
  }

  var description: String { message ?? "status \(status.rawValue)" }
}

extension ExitStatus {
  /// Ends the process as `error` deserves.
  static func end(with error: any Error) -> Never {
    switch error {
    case let failure as CommandFailure: end(failure.status, failure.message)
    case let error as SystemCallError where error.reason == .brokenPipe: SignalDescriptor.end(by: SIGPIPE)
    case is SentimentError, is ModelError, is SettingError, is SpoolError, is LedgerError, is RejectedLine,
      is DatasetError, is InheritedSocketError,
      is InputError, is SystemCallError:
      end(of(error), "\(error)")
    default: Animo.exit(withError: error)
    }
  }

  /// What `error` means for who started the program: the one place that decides.
  static func of(_ error: any Error) -> ExitStatus {
    switch error {
    case let failure as CommandFailure: failure.status
    case is SentimentError, is ModelError, is SettingError, is InheritedSocketError: .configuration
    case let error as SpoolError:
      switch error.kind {
      case .configuration: .configuration
      case .permission: .noPermission
      case .inUse: .temporaryFailure
      case .failed: .ioError
      }
    case let error as LedgerError: error.kind == .unusable ? .configuration : .ioError
    case is RejectedLine, is DatasetError: .dataError
    case let error as InputError: error.isRefusal ? .dataError : .ioError
    case let error as SystemCallError: error.reason == .permissionDenied ? .noPermission : .ioError
    default: .software
    }
  }

  /// The kernel's reason behind `error`, where there is one.
  static func errorNumber(of error: any Error) -> Int32? {
    switch error {
    case let error as SystemCallError: error.reason.rawValue
    case let error as SpoolError: error.reason?.rawValue
    case let error as LedgerError: error.reason?.rawValue
    case let error as InputError: errorNumber(of: error)
    default: nil
    }
  }

  private static func errorNumber(of error: InputError) -> Int32? {
    if case .unreadable(let failure) = error.reason { failure.reason.rawValue } else { nil }
  }

  private static func end(_ status: ExitStatus, _ message: String?) -> Never {
    if let message { StandardError.write("animo: \(message)\n") }
    exit(status.rawValue)
  }
}
