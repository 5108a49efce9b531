using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Buffering;

public sealed partial class PvBuffer
{
    private bool _listIsToBeKept;

    /// <summary>Whether the list of PVs is another than that of the configuration file, because it was changed while a buffer of this name ran.</summary>
    public bool ListIsChanged => !_pvs.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(_configuration.PvList);

    private string ListKey => $"epics_buffer:{ServiceName}:pvs";

    // The list that a change has left. It holds for the file that it was a change of: who edits the file wants what the file says.
    private async Task TakeKeptListAsync(CancellationToken cancel)
    {
        try
        {
            if (await _store.GetTextAsync(ListKey, cancel).ConfigureAwait(false) is not { } json)
                return;
            var kept = JsonSerializer.Deserialize<KeptList>(json)!;
            if (kept.File != Fingerprint(_configuration.PvList))
            {
                Logger.LogInformation("{Service}: using the PVs of the configuration file, which was edited after the list was last changed at run time", ServiceName);
                _listIsToBeKept = true;
                return;
            }
            var (added, removed) = Collect(kept.Pvs);
            Logger.LogInformation("{Service}: using the PVs of {Key} in the store: {Added} more than in the configuration file, {Removed} fewer", ServiceName, ListKey, added, removed);
        }
        catch (Exception error) when (error is StoreException or JsonException or UserErrorException)
        {
            Logger.LogWarning("{Service}: using the PVs of the configuration file; {Key} of the store cannot be read: {Reason}", ServiceName, ListKey, error.Message);
        }
    }

    private async Task KeepListAsync(CancellationToken cancel)
    {
        if (_away || !_listIsToBeKept)
            return;
        _listIsToBeKept = false;
        try
        {
            if (ListIsChanged)
                await _store.SetTextAsync(ListKey, JsonSerializer.Serialize(new KeptList(Fingerprint(_configuration.PvList), [.. _pvs.Keys.Order(StringComparer.Ordinal)])), cancel: cancel).ConfigureAwait(false);
            else
                await _store.DeleteAsync(ListKey, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is StoreException or OperationCanceledException)
        {
            _listIsToBeKept = true;   // the next entries show that the store is away
        }
    }

    private static string Fingerprint(IReadOnlyList<string> pvs) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', pvs.Order(StringComparer.Ordinal)))));

    private sealed record KeptList(string File, IReadOnlyList<string> Pvs);
}
