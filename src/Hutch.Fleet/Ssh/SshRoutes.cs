using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Storage;

namespace Hutch.Fleet.Ssh;

/// <summary>Finds from the records how a host is reached by SSH: directly, or through others.</summary>
internal sealed class SshRoutes(StorageClient records, SecretSeal seal)
{
    private const int MostHops = 5;

    /// <summary>The hops to a host, itself last.</summary>
    /// <exception cref="UserErrorException">A record is missing, a key cannot be opened, or the way goes in a circle.</exception>
    public async Task<IReadOnlyList<SshHop>> ToAsync(Host host, CancellationToken cancel)
    {
        var hops = new List<SshHop>();
        for (var next = host; ; next = await FindAsync<Host>(next.Jump, host, cancel).ConfigureAwait(false))
        {
            if (hops.Count == MostHops)
                throw new UserErrorException($"host {host.Address} is reached through more than {MostHops - 1} others, or through itself: {string.Join(" <- ", hops.Select(h => h.Address))}");
            var creds = await FindAsync<HostCreds>(next.Address, host, cancel).ConfigureAwait(false);
            hops.Insert(0, new SshHop(next.Address, next.SshPort, creds.RemoteUser, KeyOf(creds), next.HostKey));
            if (next.Jump.Length == 0)
                return hops;
        }
    }

    private async Task<T> FindAsync<T>(string address, Host of, CancellationToken cancel)
        where T : class, IRecord
    {
        try
        {
            return await records.GetAsync<T>(address, cancel).ConfigureAwait(false);
        }
        catch (StorageLookupException error)
        {
            throw new UserErrorException($"there is no {(typeof(T) == typeof(Host) ? "record" : "private key")} of host {address}{(address == of.Address ? "" : $", through which {of.Address} is reached")}; add it with: hutch fleet hosts add {address} --key FILE", error);
        }
    }

    private byte[] KeyOf(HostCreds creds)
    {
        try
        {
            return creds.SshPrivKey.Length > 0 ? Convert.FromBase64String(seal.Open(creds.SshPrivKey)) : throw new UserErrorException($"the credentials of host {creds.Address} have no private key");
        }
        catch (FormatException)
        {
            throw new UserErrorException($"the private key of host {creds.Address} is not in base64");
        }
    }
}
