[assembly: AssemblyFixture(typeof(Hutch.Distribution.Tests.Reader))]
