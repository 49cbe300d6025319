import sys,pathlib,tempfile,subprocess,os,time
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import servers
DRIVER=servers.PROJECT/"build/release/realtime_driver"
class Load:
    def __init__(self, options):
        self.p=subprocess.Popen([str(DRIVER),*options],stdin=subprocess.PIPE,stdout=subprocess.PIPE,text=True,bufsize=1,preexec_fn=lambda: os.sched_setaffinity(0,{1}))
    def do(self,line):
        self.p.stdin.write(line+"\n"); self.p.stdin.flush()
        a=self.p.stdout.readline()
        if not a: raise RuntimeError("driver")
        return a.split()
    def close(self):
        self.p.stdin.close(); self.p.wait()
def load(s, users, n, *more):
    return Load(["--port",str(s.port),"--connections",str(n),*s.listen(users),*more])
if __name__=="__main__":
    kinds={c.name:c for c in (servers.Node,servers.Nchan,servers.Nats,servers.KingShare,servers.KingSharePlain)}
    which=sys.argv[1].split("/"); 
    with tempfile.TemporaryDirectory(dir=servers.PROJECT/"build") as t:
      for w in which:
        s=kinds[w](pathlib.Path(t),{0})
        try:
          for n in map(int,sys.argv[2].split(",")):
            l=load(s,[s.users[0]],n,*s.tell_all(),*(s.echo or []))
            l.do("connect")
            for work in sys.argv[3].split("/"):
                words=work.split()
                if words[0]=="fan": words=["fan",str(max(16,int(words[1])//n)),words[2],str(n)]
                if words[0]=="pace": words=["pace",words[1],"50",str(n)]
                b=s.process.cpu(); r=l.do(" ".join(words)); c=s.process.cpu()-b
                print(w,n,work,r,"cpu µs/delivery %.3f"%(c*1e6/int(r[1])), "busy %.2f"%(c/float(r[0])),flush=True)
            l.close()
        finally: s.close()
