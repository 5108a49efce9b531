using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Diagnosis;

/// <summary><c>hutch doctor</c> on this machine.</summary>
public class DoctorTests
{
    [Fact]
    public void A_detector_that_does_not_fit_is_told_with_the_command_that_helps()
    {
        using var detector = SampleDetectors.Eiger9M();
        using var doctor = ChildProcess.Hutch("doctor", "--config", detector.ConfigFile, "--image-slots", "1000000", "--json");

        Assert.Equal(1, doctor.WaitForExit());
        var checks = JsonDocument.Parse(doctor.Output).RootElement.EnumerateArray().ToList();
        var memory = checks.Single(c => c.GetProperty("name").GetString() == "/dev/shm");
        Assert.Equal("change", memory.GetProperty("verdict").GetString());
        Assert.StartsWith("mount -o remount,size=", memory.GetProperty("command").GetString(), StringComparison.Ordinal);
        // libzmq and libhdf5 are there, or nothing else of these tests would work.
        Assert.All(checks.Where(c => c.GetProperty("name").GetString() is "libzmq" or "libhdf5"), c => Assert.Equal("well", c.GetProperty("verdict").GetString()));
    }

    [Fact]
    public void The_exit_code_says_whether_something_must_be_changed()
    {
        using var doctor = ChildProcess.Hutch("doctor");

        var exitCode = doctor.WaitForExit();

        Assert.Equal(doctor.Output.Contains("CHANGE ", StringComparison.Ordinal) ? 1 : 0, exitCode);
        Assert.Contains(exitCode == 0 ? "this host is set up for the data flow" : "must be changed", doctor.Output, StringComparison.Ordinal);
    }
}
