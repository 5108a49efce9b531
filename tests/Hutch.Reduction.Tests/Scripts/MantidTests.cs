using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Scripts;

/// <summary>Scripts as they are written for Mantid, against the stand-in of tests/peers: Mantid itself cannot be installed here.</summary>
public class MantidTests
{
    // An environment as conda makes it: bin/python, lib/python3.x/site-packages/mantid.
    private static RunningReduction WithMantid(object? configuration = null)
    {
        var reduction = new RunningReduction(configuration, start: false);
        var (bin, lib) = (Path.Combine(reduction.Folder, "env", "bin"), Path.Combine(reduction.Folder, "env", "lib", "python3.11", "site-packages"));
        Directory.CreateDirectory(bin);
        Directory.CreateDirectory(lib);
        Directory.CreateSymbolicLink(Path.Combine(lib, "mantid"), Repository.Peer("mantid_stand_in/mantid"));
        var python = Path.Combine(bin, "python");
        File.WriteAllText(python, $"#!/bin/sh\nPYTHONPATH='{lib}' exec /usr/bin/python3 \"$@\"\n");
#pragma warning disable CA1416 // the live reduction runs on Linux only
        File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        reduction.Configuration["CONDA_ENV"] = Path.Combine(reduction.Folder, "env");
        return reduction;
    }

    [Fact]
    public void The_scripts_of_the_example_reduce_events_to_a_curve()
    {
        using var reduction = WithMantid();
        var example = Path.Combine(Repository.Root, "examples", "diffractometer", "mantid");
        reduction.WriteProc(File.ReadAllText(Path.Combine(example, "reduce_PG3_live_proc.py")));
        reduction.WritePost(File.ReadAllText(Path.Combine(example, "reduce_PG3_live_post_proc.py")));
        reduction.Listening();
        Assert.Contains("\"engine\":\"mantid\"", reduction.Log, StringComparison.Ordinal);
        var random = new Random(4);
        var counts = new double[167];
        for (var pulse = 0; pulse < 5; pulse++)
        {
            var (ids, tofs) = (new uint[200], new float[200]);
            for (var i = 0; i < ids.Length; i++)
            {
                (ids[i], tofs[i]) = ((uint)random.Next(1, 11), random.NextSingle() * 16700);
                if (ids[i] <= 8)        // the stand-in's instrument has eight pixels
                    counts[(int)(tofs[i] / 100)]++;
            }
            reduction.Sender.SendPulse("12", (ulong)pulse + 1, 1_780_000_000_000_000_000 + (pulse * 16_666_667L), ids, tofs);
        }
        reduction.WaitForChunks(5, "12");
        Assert.Equal(counts, reduction.Values());
        var item = reduction.Result!.Items[0];
        Assert.Equal(50.0, item.X!.ToDoubles()[0]);
        Assert.Equal("Time-of-flight (microsecond)", item.Labels["xlabel"]);
    }

    [Fact]
    public void The_instrument_is_loaded_once_logs_are_there_and_a_script_that_makes_no_workspace_is_told()
    {
        using var reduction = WithMantid();
        reduction.WriteProc("""
            from mantid import simpleapi
            assert simpleapi.CALLS.count('LoadEmptyInstrument') == 1
            assert input.getRun()['run_number'] == '12'
            if attrs['chunk'] != 2:
                output = simpleapi.Rebin(input, (0, 10, 100), 'mine')
            """);
        reduction.Listening();
        for (var pulse = 1; pulse <= 3; pulse++)
            reduction.Sender.SendPulse("12", (ulong)pulse, pulse, [1, 2, 2], [5, 95, 96]);
        reduction.WaitForChunks(2, "12");
        reduction.WaitUntil(() => reduction.Status!.Failed == 1, "the chunk without a workspace failed");
        Assert.Contains("has made no workspace of the name in `output` ('hutch_output')", reduction.Log, StringComparison.Ordinal);
        Assert.Equal([8, 10], reduction.Result!.Items.Single(i => i.Name == "y").Values.Shape);
        // The squares of the errors, of two chunks with one event and two: not the errors.
        Assert.Equal((6, 4), (Math.Round(reduction.Values("variance").Sum(), 9), Math.Round(reduction.Values("variance").Max(), 9)));
    }

    [Fact]
    public void A_stream_of_ADARA_brings_its_instrument_its_charge_and_its_logs()
    {
        using var peer = new Adara.AdaraPeer();
        using var reduction = WithMantid(new { pulses_per_chunk = 3 });
        reduction.Configuration["listener"] = peer.Address;
        reduction.WriteProc("""
            from mantid import simpleapi
            run = input.getRun()
            assert run['run_number'] == '400', run
            assert len(run['proton_charge']) == len({time for time, _ in run['proton_charge']}) == 3
            assert [value for _, value in run['SIM:T']] == [20.5, 21.5]
            output = simpleapi.Rebin(input, (0, 100, 16700), 'mine')
            """);
        reduction.Start();
        peer.WaitForHellos(1);
        peer.Do(new { @do = "text", type = 0x400A, text = "<instrument name='SIM'/>" });
        peer.Do(new { @do = "text", type = 0x8000, device = 1, text = "<device><process_variables><process_variable><pv_name>SIM:T</pv_name><pv_id>1</pv_id></process_variable></process_variables></device>" });
        peer.NewRun(400);
        peer.Do(new { @do = "value", device = 1, variable = 1, value = 20.5 });
        peer.Pulses(400, 1);
        peer.Do(new { @do = "value", device = 1, variable = 1, value = 21.5 });
        peer.Pulses(400, 2);
        peer.EndRun(400);
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true, Run: "400" }, "the end of the run");
        reduction.WaitUntil(() => reduction.Status!.Reduced == 1, "the chunk is reduced");
        Assert.Equal(0, reduction.Status!.Failed);
    }

    [Fact]
    public void With_the_engine_numpy_scripts_of_numpy_go_on_in_an_environment_that_has_Mantid()
    {
        using var reduction = WithMantid(new { engine = "numpy" });
        reduction.WriteProc("output = input * 2.0");
        reduction.Listening();
        reduction.Sender.Send(1, 3);
        reduction.WaitForChunks(1);
        Assert.Equal(6, reduction.Values()[0]);
    }

    [Fact]
    public void Edges_of_bins_are_found_again_from_their_centres() => Assert.Equal("ok", Python.Run("""
        import sys; sys.path[:0] = sys.argv[1:]
        import numpy as np, mantid_worker
        for edges in (np.arange(0, 100, 2.5), 0.3 * 1.004 ** np.arange(500), np.array([4.0, 5.0])):
            assert np.allclose(mantid_worker.edges_of((edges[1:] + edges[:-1]) / 2), edges, rtol=1e-12, atol=1e-12)
        print('ok')
        """, AppContext.BaseDirectory, Repository.Peer("mantid_stand_in")));
}
