internal import Glibc

/// The process itself.
package enum ProcessIdentity {
  /// Its number: getpid(2).
  package static var current: Int { Int(getpid()) }
}
