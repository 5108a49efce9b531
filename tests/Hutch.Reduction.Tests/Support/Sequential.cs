using System.Runtime.CompilerServices;
using Hutch.Beamline.Control;

// The services of a reduction have the same names in every test of this process.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Hutch.Reduction.Tests.Support;

internal static class Sequential
{
    /// <summary>Results go to a folder of this process, which ends with it, not to one that a running daemon uses.</summary>
    [ModuleInitializer]
    internal static void UseOwnFolder()
    {
        var folder = Directory.CreateTempSubdirectory("hutch-reduction-").FullName;
        Environment.SetEnvironmentVariable(RuntimeFolder.Variable, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
