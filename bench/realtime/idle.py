import sys,pathlib,tempfile,importlib,time
sys.path.insert(0,'/work/h3/bench/realtime')
T=importlib.import_module('try')
import servers
kinds={c.name:c for c in (servers.Node,servers.Nchan,servers.Nats,servers.KingShare,servers.KingSharePlain)}
N=15000
with tempfile.TemporaryDirectory(dir=servers.PROJECT/"build") as t:
  for w in sys.argv[1].split("/"):
    s=kinds[w](pathlib.Path(t),{0})
    try:
        for name,users in (("one user",[s.users[0]]),("ten each",[s.users[i//10] for i in range(N)])):
            # warm up
            l=T.load(s,users,200); l.do("connect"); l.close(); time.sleep(1)
            b=s.process.resident(); c=s.process.cpu()
            l=T.load(s,users,N); l.do("connect"); 
            time.sleep(1)
            print(w,name,"bytes/conn",(s.process.resident()-b)/N, "connect cpu µs",(s.process.cpu()-c)*1e6/N,flush=True)
            l.close(); time.sleep(4)
            if len(sys.argv)>2: break
    finally:
        s.close()
