import Foundation
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

  @Test("All scripts are syntactically right for the Python that is here")
  func scripts() async throws {
    let outcome = try await Program.shell(
      """
      python3 -c 'import sys; [compile(open(path).read(), path, "exec") for path in sys.argv[1:]]' \
        systemd/sbom etc/animo/*/*.py Tests/*/*.py Sources/animo/Commands/Model/*.py
      """, in: Repository.tests.deletingLastPathComponent())
    #expect(outcome.output + outcome.errors == "")
  }

  @Test("The bill of materials has every package that is linked, with its version, and is the same each time")
  func billOfMaterials() async throws {
    let outcome = try await Program.shell(
      #"""
      set -e
      export SOURCE_DATE_EPOCH=1800000000
      bill=$(systemd/sbom $ANIMO)
      [[ $bill == "$(systemd/sbom $ANIMO)" ]] && echo same
      jq -r '.bomFormat, .metadata.timestamp, .metadata.component.version' <<<"$bill"
      jq -r '.components[] | select(.purl // "" | startswith("pkg:swift/")) | "\(.name) \(.version)"' <<<"$bill" |
        diff - <(jq -r '.pins[] | select(.identity != "swift-subprocess") | "\(.identity) \(.state.version)"' Package.resolved | sort)
      jq -r '[.components[].name] | map(select(. == "libsystemd0" or . == "es-tweets" or . == "llhttp")) | sort | join(" ")' <<<"$bill"
      """#, in: Repository.tests.deletingLastPathComponent())
    #expect(outcome.errors == "")
    #expect(outcome.output == "same\nCycloneDX\n2027-01-15T08:00:00Z\n0.1.0\nes-tweets libsystemd0 llhttp\n")
  }
}
