import TestSupport
import Testing

/// `etc/animo/python` against the program, in its own tests.
@Suite("Python") struct PythonTests {
  @Test("The module keeps its promises, and nothing is lost or doubled when its child dies")
  func module() async throws {
    let outcome = try await Program.shell(
      """
      export ANIMO_PROGRAM=$ANIMO PYTHONDONTWRITEBYTECODE=1
      python3 -W error::ResourceWarning Tests/Python/test_animo.py 2>&1 || echo failed
      """, in: Repository.tests.deletingLastPathComponent())
    #expect(outcome.output.hasSuffix("\nOK\n"), "\(outcome.output)")
  }
}
