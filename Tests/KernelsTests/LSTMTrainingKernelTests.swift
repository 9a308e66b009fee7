import Glibc
import Kernels
import Testing

@Suite("LSTM kernels of training")
struct LSTMTrainingKernelTests {
  /// A layer has units.
  static let units = TrainingKernels.counts.filter { $0 > 0 }

  @Test(
    "A step forward follows the formulas, in the places that it is told",
    arguments: TrainingKernels.available, units)
  func forward(kernels: TrainingKernels, units: Int) {
    let example = LSTMExample(units: units)
    let (gates, cells, outputs) = example.forward(kernels)
    let exact = example.exactForward()
    #expect(gates.isClose(to: exact.gates, tolerance: 1e-6))
    #expect(cells.isClose(to: exact.cells, tolerance: 1e-6))
    #expect(outputs.isClose(to: exact.outputs, tolerance: 1e-6))
  }

  @Test(
    "A step backward follows the formulas, in the places that it is told",
    arguments: TrainingKernels.available, units)
  func backward(kernels: TrainingKernels, units: Int) {
    let example = LSTMExample(units: units)
    let (forwardGates, cells, _) = example.forward(kernels)
    var gates = forwardGates
    var cellGradient = example.cellGradient
    kernels.lstmBackward(
      example.places, &gates, cells: cells, outputGradient: example.outputGradient, &cellGradient)
    let exact = example.exactBackward()
    #expect(gates.isClose(to: exact.gates, tolerance: 3e-6))
    #expect(cellGradient.isClose(to: exact.cellGradient, tolerance: 3e-6))
  }

  @Test("A step without rows does nothing", arguments: TrainingKernels.available)
  func noRows(kernels: TrainingKernels) {
    let places = LSTMStepPlaces(rows: 0, units: 2, gates: 0, previousCell: 0, cell: 0, output: 0)
    var (gates, cells, outputs): ([Float], [Float], [Float]) = ([1], [2], [3])
    kernels.lstmForward(places, &gates, &cells, &outputs)
    #expect(gates == [1] && cells == [2] && outputs == [3])
  }

  @Test(
    "Saturated gates give whole numbers forward and no gradient backward",
    arguments: TrainingKernels.available)
  func saturated(kernels: TrainingKernels) {
    for great: Float in [100, 1e6, .infinity] {
      for sign: Float in [1, -1] {
        // c before, then c after.
        var (gates, cells): ([Float], [Float]) = (Array(repeating: sign * great, count: 4), [0.5, .nan])
        let outputs = Self.step(kernels, &gates, &cells)
        let open: Float = sign > 0 ? 1 : 0
        #expect(gates.isClose(to: [open, open, sign, open].map { Double($0) }, tolerance: 1e-7))
        #expect(abs(cells[1] - open * 1.5) < 1e-6)
        #expect(abs(outputs[0] - open * Float(tanh(1.5))) < 1e-6)
        var cellGradient: [Float] = [2]
        kernels.lstmBackward(Self.one, &gates, cells: cells, outputGradient: [3], &cellGradient)
        #expect(gates.allSatisfy { abs($0) < 1e-6 })
        #expect(cellGradient[0].isFinite)
      }
    }
  }

  @Test(
    "A cell as great as it may be gives ±1 and no gradient through tanh", arguments: TrainingKernels.available
  )
  func greatCell(kernels: TrainingKernels) {
    var (gates, cells): ([Float], [Float]) = ([-100, 100, 0, 100], [-1e30, .nan])
    let outputs = Self.step(kernels, &gates, &cells)
    #expect(cells[1] == -1e30 && outputs == [-1])
  }

  @Test(
    "A NaN in any gate or cell shows in what is remembered or answered", arguments: TrainingKernels.available)
  func notANumber(kernels: TrainingKernels) {
    for gate in 0..<4 {
      var (gates, cells): ([Float], [Float]) = ([0, 0, 0, 0], [0.5, 0])
      gates[gate] = .nan
      #expect(Self.step(kernels, &gates, &cells)[0].isNaN)
      #expect(gates[gate].isNaN)
      #expect(cells[1].isNaN == (gate < 3))
    }
    var (gates, cells): ([Float], [Float]) = ([0, 0, 0, 0], [.nan, 0])
    #expect(Self.step(kernels, &gates, &cells)[0].isNaN)
  }

  /// One row of one unit: c before stands first, c after second.
  private static let one = LSTMStepPlaces(rows: 1, units: 1, gates: 0, previousCell: 0, cell: 1, output: 0)

  private static func step(
    _ kernels: TrainingKernels, _ gates: inout [Float], _ cells: inout [Float]
  ) -> [Float] {
    var outputs: [Float] = [.nan]
    kernels.lstmForward(one, &gates, &cells, &outputs)
    return outputs
  }
}
